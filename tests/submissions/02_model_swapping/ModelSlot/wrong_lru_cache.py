# wrong: reference_kept
# A cache around the loader is taken to save time only; it keeps what it returns.
import functools

import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = functools.lru_cache(maxsize=None)(load)
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
        return self.load(name)
