# wrong: wrong_law
# Gumbel's place is taken by a normal.
import torch


def sample(scores, generator):
    noise = torch.randn(scores.shape, generator=generator)
    return (scores.float() + noise).argmax(dim=-1)
