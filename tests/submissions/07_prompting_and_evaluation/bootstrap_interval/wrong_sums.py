# wrong: sums_not_means
# Sums of the resamples.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    sums = values[picks].sum(dim=1)
    tail = (1 - confidence) / 2
    return sums.quantile(tail).item(), sums.quantile(1 - tail).item()
