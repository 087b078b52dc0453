# right: torch unfold for the whole windows, the rest apart; a numpy number comes back
import numpy as np
import torch


def windowed_score(tokens, score_fn, window, stride):
    if len(tokens) <= window:
        return np.float64(score_fn(list(tokens)))
    whole = torch.tensor(tokens).unfold(0, window, stride)
    scores = [score_fn(row.tolist()) for row in whole]
    if (len(tokens) - window) % stride:
        scores.append(score_fn(tokens[len(whole) * stride :]))
    return np.max(scores)
