# wrong: accepts_after_rejection
# Every rejected token is replaced, and the walk goes on behind it.
import torch


def verify(draft_ids, q, p, u, generator):
    tokens, n = [], 0
    for i, x in enumerate(draft_ids):
        if u[i] < (p[i, x] / q[i, x]).clamp(max=1):
            tokens.append(x)
            n += 1
        else:
            left = (p[i] - q[i]).clamp(min=0)
            law = left if left.sum() > 1e-12 else p[i]
            tokens.append(torch.multinomial(law, 1, generator=generator)[0])
    tokens.append(torch.multinomial(p[-1], 1, generator=generator)[0])
    return torch.stack(tokens), n
