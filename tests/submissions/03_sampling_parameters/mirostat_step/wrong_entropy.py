# wrong: expected_surprise
# The distribution's entropy in place of the drawn token's surprise.
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    surprise = -torch.log_softmax(scores.float(), dim=-1) / math.log(2)
    keep = surprise <= mu[:, None]
    keep |= surprise == surprise.amin(dim=-1, keepdim=True)
    weights = torch.where(keep, torch.exp2(-surprise), 0.0)
    token = torch.multinomial(weights, 1, generator=generator)
    entropy = (torch.exp2(-surprise) * surprise).nansum(dim=-1)
    return token[:, 0], mu - eta * (entropy - tau)
