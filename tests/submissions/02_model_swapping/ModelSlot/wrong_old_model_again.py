# wrong: not_empty_after_failure
# A failed swap is taken to mean "as before": the old model is loaded again.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.current = None

    def load(self, name):
        self.unload()
        self._loaded = self._load(name)
        self.current = name
        return self._loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        before = self.current
        self.unload()
        try:
            return self.load(name)
        except Exception:
            if before is not None:
                self.load(before)
            raise
