# wrong: result_missing
# The model is returned instead of what the loader gave.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        self.unload()
        self._loaded = self._load(name)
        self.current = name
        return self._loaded.model

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
