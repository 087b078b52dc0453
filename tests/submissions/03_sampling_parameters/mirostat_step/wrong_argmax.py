# wrong: not_random
# The most likely token, always.
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    surprise = -torch.log_softmax(scores.float(), dim=-1) / math.log(2)
    token = surprise.argmin(dim=-1, keepdim=True)
    error = surprise.gather(-1, token)[:, 0] - tau
    return token[:, 0], mu - eta * error
