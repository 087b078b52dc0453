# wrong: half_width_returned
# How far the ends lie from the mean.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    offsets = values[picks].mean(dim=1) - values.mean()
    tail = (1 - confidence) / 2
    return offsets.quantile(tail).item(), offsets.quantile(1 - tail).item()
