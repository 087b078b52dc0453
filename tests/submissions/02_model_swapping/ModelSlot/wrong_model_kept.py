# wrong: reference_kept
# The model is kept in an attribute of its own, which unload forgets.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.model = None
        self.current = None

    def load(self, name):
        self.unload()
        self._loaded = self._load(name)
        self.model = self._loaded.model
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
