# wrong: own_unload_not_called
# `del` is taken to destroy the object rather than a name for it.
import gc

import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self.current = None

    def load(self, name):
        self.unload()
        self.loaded = self._load(name)
        self.current = name
        return self.loaded

    def unload(self):
        if hasattr(self, "loaded"):
            del self.loaded
        self.current = None
        gc.collect()

    def swap(self, name):
        self.unload()
        return self.load(name)
