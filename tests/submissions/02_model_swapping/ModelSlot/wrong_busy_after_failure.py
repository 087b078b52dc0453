# wrong: not_empty_after_failure
# A flag that says "loading" is not taken back when the loader raises.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self._busy = False
        self.current = None

    def load(self, name):
        if self._busy:
            raise RuntimeError("a model is being loaded")
        self.unload()
        self._busy = True
        self._loaded = self._load(name)
        self._busy = False
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
