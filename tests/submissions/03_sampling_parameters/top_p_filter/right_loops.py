# right: python loops and a running mass, ties by higher id
import math

import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    out = torch.full_like(scores, float("-inf"))
    for b, row in enumerate(scores.tolist()):
        top = max(row)
        weights = [math.exp(s - top) for s in row]
        total = sum(weights)
        order = sorted(range(len(row)), key=lambda i: (row[i], i), reverse=True)
        mass = 0.0
        for rank, i in enumerate(order):
            if rank >= min_tokens_to_keep and mass >= top_p:
                break
            out[b, i] = scores[b, i]
            mass += weights[i] / total
    return out
