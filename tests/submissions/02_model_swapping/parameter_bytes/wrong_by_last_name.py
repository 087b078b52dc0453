# wrong: distinct_merged
# The last part of a name is taken to tell parameters apart.


def parameter_bytes(model):
    sizes = {}
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            sizes[name, type(module)] = p.nbytes
    return sum(sizes.values())
