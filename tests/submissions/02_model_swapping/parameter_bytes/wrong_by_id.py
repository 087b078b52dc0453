# wrong: shared_storage_twice
# Duplicates are looked for by object, not by the memory that they point to.


def parameter_bytes(model):
    unique = {id(p): p for _, p in model.named_parameters(remove_duplicate=False)}
    return sum(p.numel() * p.element_size() for p in unique.values())
