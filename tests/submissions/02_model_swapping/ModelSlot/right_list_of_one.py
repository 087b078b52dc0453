# right: a list of at most one loaded object, try and except around the loader
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self.load_function = load
        self.held = []
        self.names = []

    @property
    def current(self):
        return self.names[-1] if self.names else None

    def unload(self):
        while self.held:
            self.names.pop()
            self.held.pop().unload()

    def swap(self, name):
        self.unload()
        try:
            self.held.append(self.load_function(name))
        except BaseException:
            self.held.clear()
            raise
        self.names.append(name)
        return self.held[0]

    load = swap
