# wrong: out_of_range
# argmax over nothing but False is 0: the first id at 1 - epsilon.
import torch


def sample_from_u(probs, u):
    above = probs.cumsum(dim=1) > u.unsqueeze(1)
    return above.int().argmax(dim=1)
