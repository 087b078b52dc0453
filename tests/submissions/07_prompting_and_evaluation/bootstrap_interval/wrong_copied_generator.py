# wrong: generator_reseeded
# A copy of the generator is used, and the original stays where it was.
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    twin = torch.Generator()
    twin.set_state(generator.get_state())
    values = torch.tensor(scores, dtype=torch.float64)
    picks = torch.randint(len(values), (num_resamples, len(values)), generator=twin)
    means = values[picks].mean(dim=1)
    tail = (1 - confidence) / 2
    return means.quantile(tail).item(), means.quantile(1 - tail).item()
