# wrong: state_shared
# One slot is taken to be all there will ever be.
import utils

loaded = None
loaded_name = None


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load

    @property
    def current(self):
        return loaded_name

    def load(self, name):
        global loaded, loaded_name
        self.unload()
        loaded = self._load(name)
        loaded_name = name
        return loaded

    def unload(self):
        global loaded, loaded_name
        if loaded is not None:
            loaded.unload()
        loaded = loaded_name = None

    def swap(self, name):
        return self.load(name)
