# wrong: filtered_token
# -inf is turned into the score 0.
import torch


def sample(scores, generator):
    cleaned = torch.nan_to_num(scores.float(), neginf=0.0)
    probs = torch.softmax(cleaned, dim=-1)
    return torch.multinomial(probs, 1, generator=generator).squeeze(1)
