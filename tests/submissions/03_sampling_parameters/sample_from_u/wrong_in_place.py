# wrong: input_changed
# cumsum_ on the caller's tensor.
import torch


def sample_from_u(probs, u):
    last = probs.shape[-1] - 1 - (probs > 0).long().flip(-1).argmax(dim=-1)
    mass = probs.cumsum_(dim=-1)
    return torch.minimum((mass <= u[:, None]).sum(dim=-1), last)
