# wrong: shared_storage_twice
# Two parameters are taken to be two storages; `parameters()` compares objects.


def parameter_bytes(model):
    return sum(p.nbytes for p in model.parameters())
