# wrong: not_collected
# A local variable is taken not to count while the collection runs.
import gc

import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.freed = None
        self.current = None

    def load(self, name):
        self.unload()
        self._loaded = self._load(name)
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is None:
            return
        model = self._loaded.model
        self.freed = type(model).__name__
        self._loaded.unload()
        self._loaded, self.current = None, None
        gc.collect()

    def swap(self, name):
        self.unload()
        return self.load(name)
