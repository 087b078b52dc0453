# right: row by row with math
import math

import torch


def rms_norm(x, weight, eps=1e-5):
    scale = weight.tolist()
    flat = x.reshape(-1, x.shape[-1])
    result = torch.empty_like(flat)
    for r, row in enumerate(flat.tolist()):
        rms = math.sqrt(sum(v * v for v in row) / len(row) + eps)
        result[r] = torch.tensor([v / rms * s for v, s in zip(row, scale)])
    return result.reshape(x.shape)
