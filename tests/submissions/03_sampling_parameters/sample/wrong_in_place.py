# wrong: input_changed
# The maximum is taken out of the caller's tensor.
import torch


def sample(scores, generator):
    scores -= scores.amax(dim=-1, keepdim=True)
    probs = scores.float().exp()
    return torch.multinomial(probs, 1, generator=generator).squeeze(1)
