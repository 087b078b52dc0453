# right: p less the overlap of both
import torch


def residual_distribution(p, q):
    overlap = torch.minimum(p, q)
    left = p - overlap
    mass = left.sum(-1, keepdim=True)
    left = torch.where(mass > 1e-12, left, p)
    return torch.nn.functional.normalize(left, p=1, dim=-1)
