# wrong: not_truncated
# Drawn from everything; only mu is kept up.
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    surprise = -torch.log_softmax(scores.float(), dim=-1) / math.log(2)
    weights = torch.exp2(-surprise)
    token = torch.multinomial(weights, 1, generator=generator)
    error = surprise.gather(-1, token)[:, 0] - tau
    return token[:, 0], mu - eta * error
