# wrong: only_drafted_token_removed
# p without the rejected token: the residual of a one-hot q only.
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
        left = p[n].index_fill(0, x, 0)
        if left.sum() > 1e-12:
            law = left / left.sum()
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
