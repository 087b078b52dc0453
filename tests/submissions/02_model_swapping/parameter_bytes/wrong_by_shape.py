# wrong: distinct_merged
# Matrices of one shape are taken to be one matrix.


def parameter_bytes(model):
    sizes = {(tuple(p.shape), p.dtype): p.nbytes for p in model.parameters()}
    return sum(sizes.values())
