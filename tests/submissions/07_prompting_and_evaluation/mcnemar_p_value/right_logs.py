# right: logarithms, in torch
import math

import torch


def mcnemar_p_value(correct_a, correct_b):
    a, b = torch.tensor(correct_a), torch.tensor(correct_b)
    gained, lost = int((a & ~b).sum()), int((b & ~a).sum())
    n = torch.tensor(gained + lost, dtype=torch.float64)
    i = torch.arange(min(gained, lost) + 1, dtype=torch.float64)
    ways = torch.lgamma(n + 1) - torch.lgamma(i + 1) - torch.lgamma(n - i + 1)
    return (ways.logsumexp(0) + math.log(2) - n * math.log(2)).exp().clamp(max=1.0)
