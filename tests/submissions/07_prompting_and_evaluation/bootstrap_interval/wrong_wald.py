# wrong: normal_approximation
# The textbook's interval of a mean; the draws are not used.
import torch
from scipy.stats import norm


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    error = values.std(correction=0) / len(values) ** 0.5
    reach = norm.ppf((1 + confidence) / 2) * error.item()
    return values.mean().item() - reach, values.mean().item() + reach
