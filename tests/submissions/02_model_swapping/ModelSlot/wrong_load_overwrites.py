# wrong: two_at_once
# Whoever calls load is taken to have unloaded before.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        self._loaded = self._load(name)
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        self.unload()
        return self.load(name)
