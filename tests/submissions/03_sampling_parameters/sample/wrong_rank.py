# wrong: not_scattered_back
# The rank of the drawn token, not its id.
import torch


def sample(scores, generator):
    ranked = scores.float().sort(dim=-1, descending=True).values
    probs = torch.softmax(ranked, dim=-1)
    return torch.multinomial(probs, 1, generator=generator).squeeze(1)
