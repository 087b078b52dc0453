# wrong: wrong_shape
# The [B, 1] of multinomial is handed on.
import torch


def sample(scores, generator):
    probs = torch.softmax(scores.float(), dim=-1)
    return torch.multinomial(probs, 1, generator=generator)
