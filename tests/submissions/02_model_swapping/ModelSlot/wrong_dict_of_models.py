# wrong: reference_kept
# Every model that was ever loaded stays in a dict, unloaded or not.
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self._load = load
        self.models = {}
        self.current = None

    def load(self, name):
        self.unload()
        self.models[name] = self._load(name)
        self.current = name
        return self.models[name]

    def unload(self):
        if self.current is not None:
            self.models[self.current].unload()
            self.current = None

    def swap(self, name):
        return self.load(name)
