# wrong: u_ignored
# Accepted when that is more likely than not.
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    n = 0
    while n < gamma:
        x = draft_ids[n]
        if p[n, x] / q[n, x] < 0.5:
            break
        n += 1
    law = p[n]
    if n < gamma:
        left = (p[n] - q[n]).clamp(min=0)
        if left.sum() > 1e-12:
            law = left / left.sum()
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
