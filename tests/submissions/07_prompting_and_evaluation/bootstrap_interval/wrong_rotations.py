# wrong: without_replacement
# One number is drawn, and the scores are rotated by it: each is there once.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    first = torch.randint(len(values), (num_resamples, 1), generator=generator)
    picks = (first + torch.arange(len(values))) % len(values)
    means = values[picks].mean(dim=1)
    tail = (1 - confidence) / 2
    return means.quantile(tail).item(), means.quantile(1 - tail).item()
