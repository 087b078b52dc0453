# wrong: current_wrong
# `current` is taken to be the model rather than its name.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self.current = None

    def load(self, name):
        self.unload()
        self.current = self._load(name)
        return self.current

    def unload(self):
        if self.current is not None:
            self.current.unload()
        self.current = None

    def swap(self, name):
        return self.load(name)
