# right: python floats and a running sum
import math

import torch


def pick(row, temperature, generator):
    best = max(range(len(row)), key=row.__getitem__)
    u = torch.rand((), generator=generator).item()
    if not temperature:
        return best
    weights = [math.exp((x - row[best]) / temperature) for x in row]
    u *= sum(weights)
    for token, weight in enumerate(weights):
        u -= weight
        if u < 0:
            return token
    return best


def sample_per_request(logits, temperatures, generators):
    rows = zip(logits.tolist(), temperatures, generators)
    return torch.tensor([pick(*row) for row in rows])
