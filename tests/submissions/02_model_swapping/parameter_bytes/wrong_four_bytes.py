# wrong: dtype_ignored
# A parameter is taken to be a float32.


def parameter_bytes(model):
    unique = {p.data_ptr(): p.numel() for p in model.parameters()}
    return 4 * sum(unique.values())
