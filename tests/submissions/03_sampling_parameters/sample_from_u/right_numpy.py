# right: numpy, only over the ids with mass
import numpy as np
import torch


def sample_from_u(probs, u):
    out = np.zeros(len(probs), dtype=np.int64)
    for b in range(len(probs)):
        p = probs[b].numpy()
        ids = np.flatnonzero(p)
        place = np.searchsorted(np.cumsum(p[ids]), u[b].item(), side="right")
        out[b] = ids[min(place, len(ids) - 1)]
    return torch.from_numpy(out)
