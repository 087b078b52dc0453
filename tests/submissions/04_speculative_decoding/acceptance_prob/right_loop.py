# right: a python loop in floats
import torch


def acceptance_prob(p, q, token_ids):
    result = []
    for x in token_ids.tolist():
        target, drafted = p[x].item(), q[x].item()
        if target >= drafted:
            result.append(1.0 if target > 0 else 0.0)
        else:
            result.append(target / drafted)
    # p = q = 0 is the only case of target >= drafted without any mass.
    return torch.tensor(result, dtype=p.dtype)
