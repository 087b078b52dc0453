# right: one pair in one attribute, current as a property
import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self.loader = load
        self.content = None

    @property
    def current(self):
        return None if self.content is None else self.content[0]

    def unload(self):
        if self.content is not None:
            self.content[1].unload()
            self.content = None

    def load(self, name):
        if self.content is not None:
            self.unload()
        self.content = (name, self.loader(name))
        return self.content[1]

    def swap(self, name):
        self.unload()
        return self.load(name)
