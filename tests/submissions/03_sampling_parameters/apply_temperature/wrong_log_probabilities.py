# wrong: survivors_changed
# The same law, but every row is shifted by its normaliser.
import torch


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    return torch.log_softmax(scores / temperature, dim=-1)
