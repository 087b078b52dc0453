# wrong: buffers_counted
# Everything that moves with the model is taken to be a parameter.


def parameter_bytes(model):
    tensors = list(model.parameters()) + list(model.buffers())
    sizes = {t.data_ptr(): t.nbytes for t in tensors}
    return sum(sizes.values())
