# right: also a context manager; a dict for the state; collects after letting go
import gc

import utils


class ModelSlot:
    def __init__(self, load=utils.load_model):
        self.__dict__.update(loader=load, state={})

    current = property(lambda self: self.state.get("name"))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.unload()

    def load(self, name):
        self.unload()
        try:
            self.state = {"loaded": self.loader(name), "name": name}
        except Exception as error:
            raise RuntimeError(f"{name} could not be loaded: {error}") from error
        return self.state["loaded"]

    def unload(self):
        loaded = self.state.pop("loaded", None)
        self.state.clear()
        if loaded is not None:
            loaded.unload()
        del loaded
        gc.collect()

    def swap(self, name):
        self.unload()
        return self.load(name)
