# right: complex numbers in double precision
import torch


def rope(x, position_ids, theta=10000.0):
    half = x.shape[-1] // 2
    z = torch.complex(x[..., :half].double(), x[..., half:].double())
    i = torch.arange(half, dtype=torch.float64)
    angle = position_ids.double()[..., None] * theta ** (-i / half)
    turned = z * torch.polar(torch.ones_like(angle), angle).unsqueeze(1)
    return torch.cat([turned.real, turned.imag], dim=-1).to(x.dtype)
