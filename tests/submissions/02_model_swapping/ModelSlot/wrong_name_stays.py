# wrong: current_wrong
# unload frees the model and leaves its name at the door.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        self.unload()
        self.current = None
        self._loaded = self._load(name)
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded = None

    def swap(self, name):
        return self.load(name)
