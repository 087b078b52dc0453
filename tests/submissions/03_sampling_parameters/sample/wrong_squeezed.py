# wrong: wrong_shape
# squeeze() takes the batch away too where B is 1.
import torch


def sample(scores, generator):
    probs = torch.softmax(scores.float(), dim=-1)
    return torch.multinomial(probs, 1, generator=generator).squeeze()
