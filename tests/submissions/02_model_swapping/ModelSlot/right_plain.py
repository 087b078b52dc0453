# right: two attributes, set only when there is something to set
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        self.unload()
        loaded = self._load(name)
        self._loaded, self.current = loaded, name
        return loaded

    def unload(self):
        loaded, self._loaded, self.current = self._loaded, None, None
        if loaded is not None:
            loaded.unload()

    def swap(self, name):
        return self.load(name)
