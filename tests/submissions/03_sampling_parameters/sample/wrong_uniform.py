# wrong: wrong_law
# Every survivor is as likely as the next.
import torch


def sample(scores, generator):
    alive = (scores > float("-inf")).float()
    return torch.multinomial(alive, 1, generator=generator).squeeze(1)
