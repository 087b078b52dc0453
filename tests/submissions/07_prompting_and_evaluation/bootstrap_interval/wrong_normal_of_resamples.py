# wrong: normal_approximation
# The resamples give a standard error, and that a symmetric interval.
import torch
from scipy.stats import norm


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    means = values[picks].mean(dim=1)
    reach = norm.ppf((1 + confidence) / 2) * means.std(correction=0).item()
    return values.mean().item() - reach, values.mean().item() + reach
