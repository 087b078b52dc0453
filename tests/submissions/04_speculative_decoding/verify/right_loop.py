# right: a loop that stops at the first rejection, multinomial for the last token
import torch


def verify(draft_ids, q, p, u, generator):
    n, last = 0, None
    for i, x in enumerate(draft_ids.tolist()):
        if u[i] < min(1.0, (p[i, x] / q[i, x]).item()):
            n += 1
            continue
        left = (p[i] - q[i]).clamp(min=0)
        last = left if left.sum() > 1e-12 else p[i]
        break
    if last is None:
        last = p[n]
    token = torch.multinomial(last, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
