# wrong: wrong_unit
# The size of a dtype is taken in bits and left so.
import torch


def parameter_bytes(model):
    seen, total = set(), 0
    for p in model.parameters():
        if p.data_ptr() in seen:
            continue
        seen.add(p.data_ptr())
        info = torch.finfo if p.is_floating_point() else torch.iinfo
        total += p.numel() * info(p.dtype).bits
    return total
