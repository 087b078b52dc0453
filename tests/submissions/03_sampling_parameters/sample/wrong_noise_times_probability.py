# wrong: wrong_law
# argmax of probability times uniform noise.
import torch


def sample(scores, generator):
    noise = torch.rand(scores.shape, generator=generator)
    probs = torch.softmax(scores.float(), dim=-1)
    return (probs * noise.clamp(min=1e-12)).argmax(dim=-1)
