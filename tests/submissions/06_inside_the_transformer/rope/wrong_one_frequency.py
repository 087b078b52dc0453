# wrong: one_frequency
# Every pair is turned by the position itself.
import torch


def rope(x, position_ids, theta=10000.0):
    angle = position_ids[:, None, :, None].float()
    first, second = x.chunk(2, dim=-1)
    return x * angle.cos() + torch.cat([-second, first], dim=-1) * angle.sin()
