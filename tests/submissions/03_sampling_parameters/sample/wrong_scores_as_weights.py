# wrong: no_softmax
# Scores serve as weights, the negative ones cut to 0.
import torch


def sample(scores, generator):
    weights = scores.float().clamp(min=0) + (scores > float("-inf")) * 1e-6
    return torch.multinomial(weights, 1, generator=generator).squeeze(1)
