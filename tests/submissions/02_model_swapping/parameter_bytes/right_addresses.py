# right: parameters by the address of their storage


def parameter_bytes(model):
    seen = set()
    total = 0
    for parameter in model.parameters():
        address = parameter.untyped_storage().data_ptr()
        if address not in seen:
            seen.add(address)
            total += parameter.numel() * parameter.element_size()
    return total
