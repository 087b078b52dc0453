# wrong: wrong_resample_size
# As many resamples as there are scores, of num_resamples scores each.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (len(values), num_resamples), generator=generator)
    means = values[picks].mean(dim=1)
    tail = (1 - confidence) / 2
    return means.quantile(tail).item(), means.quantile(1 - tail).item()
