# right: a rotation matrix for each position, einsum
import torch


def rope(x, position_ids, theta=10000.0):
    half = x.shape[-1] // 2
    inv_freq = 1.0 / theta ** (torch.arange(half) / half)
    angle = torch.einsum("bt,i->bti", position_ids.float(), inv_freq)
    c, s = angle.cos(), angle.sin()
    turn = torch.stack([torch.stack([c, -s], -1), torch.stack([s, c], -1)], -2)
    points = x.unflatten(-1, (2, half))
    return torch.einsum("btirc,bhtci->bhtri", turn, points).flatten(-2)
