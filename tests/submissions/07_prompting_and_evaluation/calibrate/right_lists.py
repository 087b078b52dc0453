# right: plain Python, with fsum
import math

import torch


def calibrate(logprobs, prior_logprobs):
    prior = prior_logprobs.tolist()
    rows = []
    for row in logprobs.tolist():
        gain = [a - b for a, b in zip(row, prior)]
        most = max(gain)
        weights = [math.exp(g - most) for g in gain]
        rows.append([w / math.fsum(weights) for w in weights])
    return torch.tensor(rows)
