# wrong: distinct_merged
# Equal numbers are taken to be tied weights.
import torch


def parameter_bytes(model):
    kept = []
    for p in model.parameters():
        if not any(
            p.dtype == other.dtype and torch.equal(p, other) for other in kept
        ):
            kept.append(p)
    return sum(p.nbytes for p in kept)
