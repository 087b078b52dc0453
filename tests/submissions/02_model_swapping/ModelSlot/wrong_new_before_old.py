# wrong: two_at_once
# The new model is fetched first, so that a failure costs nothing; for a moment
# there are two.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        loaded = self._load(name)
        self.unload()
        self._loaded, self.current = loaded, name
        return loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
