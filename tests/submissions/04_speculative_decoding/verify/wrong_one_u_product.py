# wrong: u_ignored
# The first u against the products of the ratios: the right law, but the other u's are not asked.
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    at = torch.arange(gamma)
    ratio = (p[at, draft_ids] / q[at, draft_ids]).clamp(max=1)
    n = int((u[:1] < ratio.cumprod(0)).sum())
    law = p[n]
    if n < gamma:
        left = (p[n] - q[n]).clamp(min=0)
        if left.sum() > 1e-12:
            law = left / left.sum()
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
