# right: a running sum in python, zeros stepped over
import torch


def sample_from_u(probs, u):
    drawn = []
    for row, share in zip(probs.tolist(), u.tolist()):
        total, chosen = 0.0, None
        for token, p in enumerate(row):
            if p == 0:
                continue
            chosen = token
            total += p
            if total > share:
                break
        drawn.append(chosen)
    return torch.tensor(drawn)
