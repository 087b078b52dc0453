# right: numpy, one u per row from the generator
import numpy as np
import torch


def mirostat_step(scores, mu, tau, eta, generator):
    x = scores.detach().double().numpy()
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    u = torch.rand(len(p), generator=generator, dtype=torch.float64).numpy()
    ids = np.zeros(len(p), dtype=np.int64)
    new = mu.clone()
    for b in range(len(p)):
        alive = np.flatnonzero(p[b])
        kept = alive[-np.log2(p[b, alive]) <= mu[b].item()]
        if len(kept) == 0:
            kept = np.array([p[b].argmax()])
        sums = np.cumsum(p[b, kept])
        place = np.searchsorted(sums, u[b] * sums[-1], side="right")
        ids[b] = kept[min(place, len(kept) - 1)]
        new[b] -= float(eta * (-np.log2(p[b, ids[b]]) - tau))
    return torch.from_numpy(ids), new
