# right: a full slot refuses load, swap unloads first
import gc

from utils import load_model


class ModelSlot:
    """Holds one model or none."""

    def __init__(self, load=load_model):
        self._load = load
        self._model = None
        self._name = None

    @property
    def current(self):
        return self._name

    def load(self, name):
        if self._model is not None:
            raise RuntimeError(f"{self._name} is loaded: swap, or unload it first")
        self._model = self._load(name)
        self._name = name
        return self._model

    def unload(self):
        if self._model is None:
            return
        self._model.unload()
        self._model = None
        self._name = None
        gc.collect()

    def swap(self, name):
        self.unload()
        return self.load(name)
