# right: row by row over a sorted list, as the paper tells it
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    tokens, new_mu = [], []
    for row, limit in zip(scores, mu.tolist()):
        probs, ids = row.double().softmax(dim=-1).sort(descending=True)
        n = sum(1 for p in probs.tolist() if p > 0 and -math.log2(p) <= limit)
        n = max(1, n)
        pick = torch.multinomial(probs[:n], 1, generator=generator).item()
        tokens.append(ids[pick].item())
        new_mu.append(limit - eta * (-math.log2(probs[pick].item()) - tau))
    return torch.tensor(tokens), torch.tensor(new_mu)
