# wrong: spread_of_scores
# Quantiles of the scores themselves.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    tail = (1 - confidence) / 2
    return values.quantile(tail).item(), values.quantile(1 - tail).item()
