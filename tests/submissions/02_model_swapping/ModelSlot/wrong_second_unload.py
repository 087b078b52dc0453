# wrong: unload_when_empty
# The attribute is deleted, so a second unload finds none.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        if self.current is not None:
            self.unload()
        self._loaded = self._load(name)
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        del self._loaded
        self.current = None

    def swap(self, name):
        return self.load(name)
