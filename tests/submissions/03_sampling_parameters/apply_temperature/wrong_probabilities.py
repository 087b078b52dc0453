# wrong: survivors_changed
# Probabilities are returned where scores are asked for.
import torch


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    return torch.softmax(scores / temperature, dim=-1)
