# wrong: dtype_ignored
# Models are taken to come at 16 bits a weight.


def parameter_bytes(model):
    seen, total = set(), 0
    for p in model.parameters():
        if p.data_ptr() not in seen:
            seen.add(p.data_ptr())
            total += 2 * p.numel()
    return total
