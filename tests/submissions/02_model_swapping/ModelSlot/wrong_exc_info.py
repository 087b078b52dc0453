# wrong: traceback_kept
# A traceback is taken to be text.
import sys

import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.failures = []
        self.current = None

    def load(self, name):
        self.unload()
        try:
            self._loaded = self._load(name)
        except Exception:
            self.failures.append((name, sys.exc_info()))
            raise
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
