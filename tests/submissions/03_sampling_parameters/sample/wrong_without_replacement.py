# wrong: rows_mixed
# The first row's law serves all, and no token comes twice.
import torch


def sample(scores, generator):
    probs = torch.softmax(scores[0].float(), dim=-1)
    B, alive = len(scores), int((probs > 0).sum())
    return torch.multinomial(probs, B, B > alive, generator=generator)
