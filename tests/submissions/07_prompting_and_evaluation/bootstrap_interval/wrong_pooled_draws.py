# wrong: spread_of_scores
# All draws are put together, without means.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    tail = (1 - confidence) / 2
    drawn = values[picks].flatten()
    return drawn.quantile(tail).item(), drawn.quantile(1 - tail).item()
