# right: numpy in double precision, one u of the generator for the inverse CDF
import numpy as np
import torch


def verify(draft_ids, q, p, u, generator):
    ids = draft_ids.numpy()
    P, Q = p.double().numpy(), q.double().numpy()
    rows = np.arange(len(ids))
    accepted = u.double().numpy() * Q[rows, ids] < P[rows, ids]
    n = int(np.argmin(accepted)) if not accepted.all() else len(ids)
    law = P[n].copy()
    if n < len(ids):
        law = np.maximum(P[n] - Q[n], 0)
        if law.sum() <= 1e-12:
            law = P[n].copy()
    edges = np.cumsum(law)
    share = torch.rand(1, generator=generator, dtype=torch.float64).item()
    token = int(np.searchsorted(edges, share * edges[-1], side="right"))
    return torch.tensor([*ids[:n].tolist(), token]), n
