# wrong: two_at_once
# Assigning the new model is taken to free the old one before it is loaded.
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
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        old = self._loaded
        self._loaded = self._load(name)
        self.current = name
        if old is not None:
            old.unload()
        return self._loaded
