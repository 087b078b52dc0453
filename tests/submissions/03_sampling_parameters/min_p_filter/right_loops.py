# right: python loops, math.exp
import math

import torch


def min_p_filter(scores, min_p):
    rows = []
    for row in scores.tolist():
        top = max(row)
        new = []
        for s in row:
            new.append(s if math.exp(s - top) >= min_p else float("-inf"))
        rows.append(new)
    return torch.tensor(rows, dtype=scores.dtype)
