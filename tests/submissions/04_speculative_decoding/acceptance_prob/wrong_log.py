# wrong: log_returned
# The logarithm of the probability.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    ratio = torch.where(q > 0, p / q, (p > 0).to(p.dtype)).clamp(max=1)
    return ratio.log()
