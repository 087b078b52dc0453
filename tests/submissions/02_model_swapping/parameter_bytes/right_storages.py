# right: a dict of storages, each with its own size


def parameter_bytes(model):
    storages = [parameter.untyped_storage() for parameter in model.parameters()]
    return sum({s.data_ptr(): s.nbytes() for s in storages}.values())
