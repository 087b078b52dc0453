# wrong: wrong_resample_size
# Resamples of half as many scores.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    size = max(1, len(values) // 2)
    picks = torch.randint(len(values), (num_resamples, size), generator=generator)
    means = values[picks].mean(dim=1)
    tail = (1 - confidence) / 2
    return means.quantile(tail).item(), means.quantile(1 - tail).item()
