# wrong: without_replacement
# Every resample is a permutation.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    means = []
    for _ in range(num_resamples):
        picks = torch.randperm(len(values), generator=generator)
        means.append(values[picks].mean())
    tail = (1 - confidence) / 2
    means = torch.stack(means)
    return means.quantile(tail).item(), means.quantile(1 - tail).item()
