# wrong: input_changed
# `half` is taken to return a copy; the caller's model changes its dtype.


def parameter_bytes(model):
    sizes = {p.data_ptr(): p.nbytes for p in model.parameters()}
    half = {p.data_ptr(): p.nbytes for p in model.half().parameters()}
    return max(sum(sizes.values()), sum(half.values()))
