# wrong: no_error_at_zero
# 0 is served as the greedy limit.
import torch


def apply_temperature(scores, temperature):
    if temperature < 0:
        raise ValueError("temperature must not be negative")
    if temperature == 0:
        best = scores.argmax(dim=-1, keepdim=True)
        only = torch.full_like(scores, float("-inf"))
        return only.scatter(-1, best, scores.gather(-1, best))
    return scores / temperature
