# wrong: unload_when_empty
# unload is taken to be called on a full slot only.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        if self._loaded is not None:
            self.unload()
        self._loaded = self._load(name)
        self.current = name
        return self._loaded

    def unload(self):
        self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
