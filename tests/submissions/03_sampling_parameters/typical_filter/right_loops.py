# right: python loops and a running mass
import math

import torch


def typical_filter(scores, typical_p):
    out = torch.full_like(scores, float("-inf"))
    for b, row in enumerate(scores.tolist()):
        top = max(row)
        norm = top + math.log(sum(math.exp(s - top) for s in row))
        alive = [i for i, s in enumerate(row) if s > float("-inf")]
        entropy = sum(math.exp(row[i] - norm) * (norm - row[i]) for i in alive)
        alive.sort(key=lambda i: abs(norm - row[i] - entropy))
        mass = 0.0
        for i in alive:
            if mass >= typical_p:
                break
            out[b, i] = scores[b, i]
            mass += math.exp(row[i] - norm)
    return out
