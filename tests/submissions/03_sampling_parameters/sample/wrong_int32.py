# wrong: wrong_dtype
# Ids as int32.
import torch


def sample(scores, generator):
    probs = torch.softmax(scores.float(), dim=-1)
    return torch.multinomial(probs, 1, generator=generator).squeeze(1).int()
