# wrong: draws_anew
# A new random number is drawn and u is not used.
import torch


def sample_from_u(probs, u):
    return torch.multinomial(probs, 1).squeeze(1)
