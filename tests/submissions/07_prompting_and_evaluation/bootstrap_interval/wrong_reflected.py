# wrong: basic_bootstrap
# The quantiles are reflected at the mean.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    means = values[picks].mean(dim=1)
    tail, centre = (1 - confidence) / 2, 2 * values.mean().item()
    return centre - means.quantile(1 - tail).item(), centre - means.quantile(tail).item()
