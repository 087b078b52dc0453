# wrong: without_replacement
# Four fifths of the scores, none twice.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    order = torch.rand(num_resamples, len(values), generator=generator).argsort(1)
    means = values[order[:, : max(1, len(values) * 4 // 5)]].mean(1)
    tail = (1 - confidence) / 2
    return means.quantile(tail).item(), means.quantile(1 - tail).item()
