# wrong: loader_ignored
# The loader that was handed over is taken to be the default one.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._loaded = None
        self.current = None

    def load(self, name):
        self.unload()
        self._loaded = utils.load_model(name)
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
