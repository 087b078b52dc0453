# wrong: empty_support
# A low mu leaves nothing to draw from.
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    surprise = -torch.log_softmax(scores.float(), dim=-1) / math.log(2)
    kept = scores.float().masked_fill(surprise > mu[:, None], float("-inf"))
    probs = torch.softmax(kept, dim=-1)
    token = torch.multinomial(probs, 1, generator=generator)
    error = surprise.gather(-1, token)[:, 0] - tau
    return token[:, 0], mu - eta * error
