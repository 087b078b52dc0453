# right: what has to be undone lies on an ExitStack
import contextlib

import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._undo = contextlib.ExitStack()
        self.current = None

    def load(self, name):
        self._undo.close()
        loaded = self._load(name)
        self._undo.callback(setattr, self, "current", None)
        self._undo.callback(loaded.unload)
        self.current = name
        return loaded

    def unload(self):
        self._undo.close()

    def swap(self, name):
        return self.load(name)
