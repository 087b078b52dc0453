# right: all ratios at once, cumulative product, a row of zeros behind q
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    at = torch.arange(gamma)
    ratio = p[at, draft_ids] / q[at, draft_ids]
    n = int((u < ratio.clamp(max=1)).long().cumprod(0).sum())
    padded = torch.cat([q, torch.zeros_like(p[:1])])  # so the bonus is a residual too
    left = torch.relu(p[n] - padded[n])
    if left.sum() <= 1e-12:
        left = p[n]
    token = torch.multinomial(left / left.sum(), 1, generator=generator)
    return torch.cat((draft_ids[:n], token)), n
