# wrong: generator_ignored
# numpy draws from a state of its own.
import numpy as np
import torch


def sample(scores, generator):
    p = torch.softmax(scores.double(), dim=-1).numpy()
    p = p / p.sum(axis=1, keepdims=True)
    return torch.tensor([np.random.choice(len(row), p=row) for row in p])
