# right: the smallest of independent exponential waiting times
import torch


def sample(scores, generator):
    rates = torch.softmax(scores, dim=-1, dtype=torch.float32)
    waits = torch.empty_like(rates).exponential_(generator=generator)
    return torch.argmax(rates / waits, dim=-1)
