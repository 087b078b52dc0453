# right: a torch scalar
import torch


def pass_at_k(num_samples, num_correct, k):
    i = torch.arange(k, dtype=torch.float64)
    factors = (num_samples - num_correct - i).clamp(min=0) / (num_samples - i)
    return 1 - factors.prod()
