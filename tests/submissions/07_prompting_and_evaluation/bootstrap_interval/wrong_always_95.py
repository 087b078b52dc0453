# wrong: confidence_ignored
# 2.5 and 97.5 per cent, whatever is asked.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    means = values[picks].mean(dim=1)
    return means.quantile(0.025).item(), means.quantile(0.975).item()
