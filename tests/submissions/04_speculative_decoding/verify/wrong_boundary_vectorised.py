# wrong: boundary_accepted
# At most, in place of below: u = 0 lets a token of probability 0 pass.
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    at = torch.arange(gamma)
    ratio = p[at, draft_ids] / q[at, draft_ids]
    n = int((u <= ratio).long().cumprod(0).sum())
    law = p[n]
    if n < gamma:
        left = (p[n] - q[n]).clamp(min=0)
        if left.sum() > 1e-12:
            law = left / left.sum()
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
