# wrong: tied_weights_twice
# What is saved to disk is taken to be what lies in memory.


def parameter_bytes(model):
    return sum(t.numel() * t.element_size() for t in model.state_dict().values())
