# wrong: one_dtype_for_all
# The first parameter's dtype is taken to be that of all.


def parameter_bytes(model):
    parameters = list(model.parameters())
    if not parameters:
        return 0
    size = parameters[0].element_size()
    unique = {p.data_ptr(): p.numel() for p in parameters}
    return size * sum(unique.values())
