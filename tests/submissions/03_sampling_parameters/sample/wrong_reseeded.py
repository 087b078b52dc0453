# wrong: generator_reseeded
# Seeded "to be reproducible": every call draws the same.
import torch


def sample(scores, generator):
    generator.manual_seed(0)
    probs = torch.softmax(scores.float(), dim=-1)
    return torch.multinomial(probs, 1, generator=generator).squeeze(1)
