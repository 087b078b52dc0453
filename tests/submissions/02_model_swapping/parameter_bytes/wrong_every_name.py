# wrong: tied_weights_twice
# A tied matrix is counted under each of its names.


def parameter_bytes(model):
    named = model.named_parameters(remove_duplicate=False)
    return sum(p.numel() * p.element_size() for _, p in named)
