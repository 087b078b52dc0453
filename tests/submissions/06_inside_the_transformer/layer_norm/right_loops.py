# right: row by row with math
import math

import torch


def layer_norm(x, weight, bias, eps=1e-5):
    w, b = weight.tolist(), bias.tolist()
    rows = []
    for row in x.reshape(-1, x.shape[-1]).tolist():
        mean = math.fsum(row) / len(row)
        variance = math.fsum((value - mean) ** 2 for value in row) / len(row)
        root = math.sqrt(variance + eps)
        rows.append([(v - mean) / root * w[i] + b[i] for i, v in enumerate(row)])
    return torch.tensor(rows, dtype=x.dtype).reshape(x.shape)
