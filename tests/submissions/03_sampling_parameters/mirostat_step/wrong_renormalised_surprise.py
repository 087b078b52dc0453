# wrong: surprise_after_truncation
# The surprise under the truncated distribution.
import math

import torch


def mirostat_step(scores, mu, tau, eta, generator):
    surprise = -torch.log_softmax(scores.float(), dim=-1) / math.log(2)
    keep = surprise <= mu[:, None]
    keep |= surprise == surprise.amin(dim=-1, keepdim=True)
    kept = scores.float().masked_fill(~keep, float("-inf"))
    probs = torch.softmax(kept, dim=-1)
    token = torch.multinomial(probs, 1, generator=generator)
    error = -probs.gather(-1, token)[:, 0].log2() - tau
    return token[:, 0], mu - eta * error
