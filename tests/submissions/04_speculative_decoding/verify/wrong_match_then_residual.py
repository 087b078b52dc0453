# wrong: resample_after_mismatch
# A draw of p is compared with the draft, and thrown away for one of the residual.
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    n = 0
    while n < gamma:
        x = draft_ids[n]
        y = torch.multinomial(p[n], 1, generator=generator)[0]
        if y != x:
            break
        n += 1
    law = p[n]
    if n < gamma:
        left = (p[n] - q[n]).clamp(min=0)
        if left.sum() > 1e-12:
            law = left / left.sum()
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
