# right: plain python: walks until the weights exceed a drawn share
import math

import torch


def sample(scores, generator):
    ids = []
    for row in scores.tolist():
        top = max(row)
        weights = [math.exp(s - top) for s in row]
        left = torch.rand((), generator=generator).item() * sum(weights)
        for token, weight in enumerate(weights):
            if weight > 0:
                chosen = token
                left -= weight
                if left < 0:
                    break
        ids.append(chosen)
    return torch.LongTensor(ids)
