# wrong: input_changed
# -= on the caller's mu.
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    surprise = -torch.log_softmax(scores.float(), dim=-1) / math.log(2)
    keep = surprise <= mu[:, None]
    keep |= surprise == surprise.amin(dim=-1, keepdim=True)
    weights = torch.where(keep, torch.exp2(-surprise), 0.0)
    token = torch.multinomial(weights, 1, generator=generator)
    mu -= eta * (surprise.gather(-1, token)[:, 0] - tau)
    return token[:, 0], mu
