# wrong: wrong_type
# A list of ints is taken to be as good as a tensor.
import torch


def sample(scores, generator):
    probs = torch.softmax(scores.float(), dim=-1)
    return torch.multinomial(probs, 1, generator=generator).squeeze(1).tolist()
