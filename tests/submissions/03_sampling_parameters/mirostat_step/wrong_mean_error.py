# wrong: rows_mixed
# All rows share one error and one mu.
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    surprise = -torch.log_softmax(scores.float(), dim=-1) / math.log(2)
    keep = surprise <= mu[:, None]
    keep |= surprise == surprise.amin(dim=-1, keepdim=True)
    weights = torch.where(keep, torch.exp2(-surprise), 0.0)
    token = torch.multinomial(weights, 1, generator=generator)
    error = surprise.gather(-1, token).mean() - tau
    return token[:, 0], mu - eta * error
