# wrong: zero_mass
# The residual is drawn from as it is, also where nothing of it is left.
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    n = 0
    while n < gamma:
        x = draft_ids[n]
        if u[n] >= (p[n, x] / q[n, x]).clamp(max=1):
            break
        n += 1
    law = p[n]
    if n < gamma:
        left = (p[n] - q[n]).clamp(min=0)
        law = left
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
