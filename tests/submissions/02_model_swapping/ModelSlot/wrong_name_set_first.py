# wrong: not_empty_after_failure
# The name is noted before the model is there.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        self.unload()
        self.current = name
        self._loaded = self._load(name)
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
