# wrong: overflows
# exp of raw scores is taken to fit into a float.
import torch


def sample(scores, generator):
    weights = scores.float().exp()
    return torch.multinomial(weights, 1, generator=generator).squeeze(1)
