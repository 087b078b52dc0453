# right: numpy lexsort in double precision, which stays double
import numpy as np
import torch


def cumulative_table(probs):
    p = probs.numpy().astype(np.float64)
    order = np.lexsort((np.arange(len(p)), -p))
    sums = np.cumsum(p[order])
    sums[-1] = 1.0
    return torch.from_numpy(order.astype(np.int64)), torch.from_numpy(sums)
