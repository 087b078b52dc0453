# wrong: medians_not_means
# The resamples' medians.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    medians = values[picks].median(dim=1).values
    tail = (1 - confidence) / 2
    return medians.quantile(tail).item(), medians.quantile(1 - tail).item()
