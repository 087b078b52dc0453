# wrong: own_unload_not_called
# Dropping the slot's reference and collecting is taken to free the model, but
# the caller may hold the loaded object.
import gc

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
        self._loaded = None
        self.current = None
        gc.collect()

    def swap(self, name):
        self.unload()
        return self.load(name)
