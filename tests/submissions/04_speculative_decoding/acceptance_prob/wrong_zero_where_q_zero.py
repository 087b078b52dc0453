# wrong: q_zero
# A token that the draft gives no mass is refused, though the target may want it.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    ratio = torch.where(q > 0, p / q, torch.zeros_like(p))
    return ratio.clamp(max=1)
