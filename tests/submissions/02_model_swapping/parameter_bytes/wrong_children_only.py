# wrong: submodules_missed
# The tree of modules is taken to be one level deep.


def parameter_bytes(model):
    sizes = {}
    for module in [model, *model.children()]:
        for p in module.parameters(recurse=False):
            sizes[p.data_ptr()] = p.nbytes
    return sum(sizes.values())
