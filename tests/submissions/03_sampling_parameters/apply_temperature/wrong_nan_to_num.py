# wrong: removed_token_revived
# -inf is "cleaned" away, and with it the filter that put it there.
import torch


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    return torch.nan_to_num(scores, neginf=-1e4) / temperature
