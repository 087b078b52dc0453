# wrong: wrong_row
# The replacement comes from the last row of p.
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    n = 0
    while n < gamma:
        x = draft_ids[n]
        if u[n] >= (p[n, x] / q[n, x]).clamp(max=1):
            break
        n += 1
    law = p[-1]
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
