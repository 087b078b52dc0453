# wrong: counts_not_bytes
# The number of parameters is taken to be their size.


def parameter_bytes(model):
    return sum({p.data_ptr(): p.numel() for p in model.parameters()}.values())
