# wrong: reference_kept
# A record of what was loaded holds the objects instead of their names.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._history = []
        self._loaded = None
        self.current = None

    def load(self, name):
        self.unload()
        self._loaded = self._load(name)
        self._history.append(self._loaded)
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        return self.load(name)
