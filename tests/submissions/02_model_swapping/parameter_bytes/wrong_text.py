# wrong: wrong_type
# A text with a unit is taken to be a number of bytes.


def parameter_bytes(model):
    sizes = {p.data_ptr(): p.nbytes for p in model.parameters()}
    return f"{sum(sizes.values()) / 1e6:.1f} MB"
