# right: numpy, np.unique per row, in place on a copy
import numpy as np
import torch


def repetition_penalty(input_ids, scores, penalty):
    out = scores.detach().double().numpy().copy()
    for row, ids in zip(out, input_ids.numpy()):
        ids = np.unique(ids)
        row[ids] = np.where(row[ids] > 0, row[ids] / penalty, row[ids] * penalty)
    return torch.as_tensor(out, dtype=scores.dtype)
