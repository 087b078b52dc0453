# wrong: filtered_token
# A floor under the probabilities "against zeros".
import torch


def sample(scores, generator):
    probs = torch.softmax(scores.float(), dim=-1).clamp(min=1e-2)
    return torch.multinomial(probs, 1, generator=generator).squeeze(1)
