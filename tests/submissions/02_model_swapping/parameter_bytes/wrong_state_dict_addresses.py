# wrong: buffers_counted
# The state dict, with ties resolved, is taken to hold parameters only.


def parameter_bytes(model):
    sizes = {}
    for tensor in model.state_dict().values():
        sizes[tensor.data_ptr()] = tensor.numel() * tensor.element_size()
    return sum(sizes.values())
