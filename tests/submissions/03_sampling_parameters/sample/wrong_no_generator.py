# wrong: generator_ignored
# The global random state is used.
import torch


def sample(scores, generator):
    probs = torch.softmax(scores.float(), dim=-1)
    return torch.multinomial(probs, 1).squeeze(1)
