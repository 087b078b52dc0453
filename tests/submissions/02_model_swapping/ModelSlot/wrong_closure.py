# wrong: reference_kept
# A function made for the caller's convenience captures the model and outlives it.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self._loaded = None
        self.forward = None
        self.current = None

    def load(self, name):
        self.unload()
        loaded = self._load(name)
        model = loaded.model
        self.forward = lambda input_ids: model(input_ids).logits
        self._loaded, self.current = loaded, name
        return loaded

    def unload(self):
        if self._loaded is not None:
            self._loaded.unload()
        self._loaded, self.current = None, None

    def swap(self, name):
        self.unload()
        return self.load(name)
