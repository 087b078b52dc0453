# wrong: nan_at_zero
# numpy's minimum passes the NaN of 0 / 0 on.
import numpy as np
import torch


def acceptance_prob(p, q, token_ids):
    x = token_ids.numpy()
    with np.errstate(all="ignore"):
        return torch.from_numpy(np.minimum(p.numpy()[x] / q.numpy()[x], 1))
