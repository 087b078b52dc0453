# right: Gumbel noise over the logarithms of the last law, a list for the pair
import torch


def last_law(p, q):
    surplus = (p - q).clamp(min=0)
    mass = surplus.sum()
    return surplus / mass if mass > 1e-12 else p


def verify(draft_ids, q, p, u, generator):
    n = 0
    while n < len(draft_ids):
        x = draft_ids[n]
        if p[n, x] < q[n, x] and u[n] * q[n, x] >= p[n, x]:
            break
        n += 1
    law = p[n] if n == len(draft_ids) else last_law(p[n], q[n])
    noise = torch.rand(law.shape, generator=generator, dtype=torch.float64)
    noise = -torch.log(-torch.log(noise.clamp(min=1e-300)))
    token = (law.double().log() + noise).argmax()
    return [torch.hstack([draft_ids[:n], token]), n]
