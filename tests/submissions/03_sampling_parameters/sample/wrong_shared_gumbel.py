# wrong: rows_share_draw
# One vector of noise is broadcast over the rows.
import torch


def sample(scores, generator):
    u = torch.rand(scores.shape[-1], generator=generator, dtype=torch.float64)
    gumbel = -torch.log(-torch.log(u.clamp(min=1e-300)))
    return (scores.double() + gumbel).argmax(dim=-1)
