# right: the Gumbel-max trick, noise for every row and token
import torch


def sample(scores, generator):
    u = torch.rand(scores.shape, generator=generator, dtype=torch.float64)
    gumbel = -torch.log(-torch.log(u.clamp(min=1e-300)))
    return (scores.double() + gumbel).argmax(dim=-1)
