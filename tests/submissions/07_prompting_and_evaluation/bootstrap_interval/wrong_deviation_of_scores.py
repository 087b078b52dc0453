# wrong: width_of_scores
# The scores' own standard deviation, not that of their mean.
import torch
from scipy.stats import norm


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    reach = norm.ppf((1 + confidence) / 2) * values.std(correction=0).item()
    return values.mean().item() - reach, values.mean().item() + reach
