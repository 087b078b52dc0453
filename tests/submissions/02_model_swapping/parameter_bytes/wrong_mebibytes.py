# wrong: wrong_unit
# Sizes are taken to be given in MiB.


def parameter_bytes(model):
    sizes = {p.data_ptr(): p.nbytes for p in model.parameters()}
    return sum(sizes.values()) / 2**20
