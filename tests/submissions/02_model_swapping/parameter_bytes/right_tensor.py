# right: grouped by dtype, the sum as a tensor of no dimension
import torch


def parameter_bytes(model):
    counts = {}
    seen = []
    for p in model.parameters():
        if p.data_ptr() not in seen:
            seen.append(p.data_ptr())
            counts[p.dtype] = counts.get(p.dtype, 0) + p.numel()
    total = torch.tensor(0, dtype=torch.int64)
    for dtype, count in counts.items():
        total = total + count * torch.empty(0, dtype=dtype).element_size()
    return total
