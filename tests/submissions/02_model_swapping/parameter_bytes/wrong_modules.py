# wrong: tied_weights_twice
# Every module is taken to own its parameters alone.


def parameter_bytes(model):
    total = 0
    for module in model.modules():
        for p in module.parameters(recurse=False):
            total += p.nbytes
    return total
