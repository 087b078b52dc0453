# wrong: input_changed
# The zeros of the caller's q are replaced.
import torch


def acceptance_prob(p, q, token_ids):
    none = q == 0
    q[none] = 1.0
    ratio = torch.where(none, (p > 0).to(p.dtype), p / q)
    return ratio.clamp(max=1)[token_ids]
