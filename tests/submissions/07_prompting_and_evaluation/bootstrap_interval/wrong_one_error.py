# wrong: standard_error
# The mean plus and minus one standard error.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    means = values[picks].mean(dim=1)
    centre, error = means.mean().item(), means.std(correction=0).item()
    return centre - error, centre + error
