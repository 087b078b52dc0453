# wrong: softmax_twice
# Probabilities go through a second softmax.
import torch


def sample(scores, generator):
    probs = torch.softmax(scores.float(), dim=-1)
    weights = torch.softmax(probs, dim=-1) * (probs > 0)
    return torch.multinomial(weights, 1, generator=generator).squeeze(1)
