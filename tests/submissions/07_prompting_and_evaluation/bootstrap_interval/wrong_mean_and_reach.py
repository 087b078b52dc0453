# wrong: half_width_returned
# The mean, and half of the width.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    means = values[picks].mean(dim=1)
    tail = (1 - confidence) / 2
    low, high = means.quantile(tail).item(), means.quantile(1 - tail).item()
    return values.mean().item(), (high - low) / 2
