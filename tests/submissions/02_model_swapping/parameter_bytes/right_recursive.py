# right: recursion over the modules, without a library walk


def parameter_bytes(model):
    seen = set()

    def own_and_below(module):
        total = 0
        for parameter in module._parameters.values():
            if parameter is None or parameter.data_ptr() in seen:
                continue
            seen.add(parameter.data_ptr())
            total += parameter.nelement() * parameter.dtype.itemsize
        return total + sum(own_and_below(child) for child in module.children())

    return own_and_below(model)
