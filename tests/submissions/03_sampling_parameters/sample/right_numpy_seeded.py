# right: a numpy generator seeded by a draw from the torch one
import numpy as np
import torch


def sample(scores, generator):
    seed = torch.randint(2**62, (1,), generator=generator).item()
    rng = np.random.default_rng(seed)
    x = scores.detach().double().numpy()
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return torch.tensor([rng.choice(len(row), p=row) for row in p])
