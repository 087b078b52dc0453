# wrong: confidence_not_halved
# Five per cent are cut off on either side.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    means = values[picks].mean(dim=1)
    tail = min(confidence, 1 - confidence)
    return means.quantile(tail).item(), means.quantile(1 - tail).item()
