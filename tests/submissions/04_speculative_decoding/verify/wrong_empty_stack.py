# wrong: gamma_zero
# A list of no tensors cannot be stacked.
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    ratios = torch.stack([p[i, x] / q[i, x] for i, x in enumerate(draft_ids)])
    n = int((u < ratios).long().cumprod(0).sum())
    law = p[n]
    if n < gamma:
        left = (p[n] - q[n]).clamp(min=0)
        if left.sum() > 1e-12:
            law = left / left.sum()
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
