# wrong: generator_reseeded
# A new generator from the old one's seed: the state does not move on.
import torch


def sample(scores, generator):
    fresh = torch.Generator().manual_seed(generator.initial_seed())
    probs = torch.softmax(scores.float(), dim=-1)
    return torch.multinomial(probs, 1, generator=fresh).squeeze(1)
