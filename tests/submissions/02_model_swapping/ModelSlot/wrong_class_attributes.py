# wrong: state_shared
# What the class holds is taken to belong to each slot.
import utils


class ModelSlot:
    current = None
    state = {}

    def __init__(self, load=utils.load_model):
        self._load = load

    def load(self, name):
        self.unload()
        self.state["loaded"] = self._load(name)
        self.current = name
        return self.state["loaded"]

    def unload(self):
        if self.state:
            self.state.pop("loaded").unload()
        self.current = None

    def swap(self, name):
        return self.load(name)
