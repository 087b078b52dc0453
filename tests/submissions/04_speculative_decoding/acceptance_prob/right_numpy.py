# right: numpy in double precision, warnings of the division silenced
import numpy as np
import torch


def acceptance_prob(p, q, token_ids):
    ids = token_ids.numpy()
    p64 = p.detach().numpy().astype(np.float64)[ids]
    q64 = q.detach().numpy().astype(np.float64)[ids]
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.minimum(1.0, p64 / q64)
    a[(p64 == 0) & (q64 == 0)] = 0.0
    return torch.from_numpy(a)
