# wrong: input_changed
# Both halves are written into the caller's tensor.
import torch


def rope(x, position_ids, theta=10000.0):
    half = x.shape[-1] // 2
    frequencies = theta ** (-torch.arange(half) / half)
    angle = position_ids[:, None, :, None].float() * frequencies
    first, second = x[..., :half].clone(), x[..., half:].clone()
    x[..., :half] = first * angle.cos() - second * angle.sin()
    x[..., half:] = second * angle.cos() + first * angle.sin()
    return x
