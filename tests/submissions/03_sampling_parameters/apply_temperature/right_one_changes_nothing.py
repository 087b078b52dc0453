# right: hands the input itself back for T = 1
import torch


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError(temperature)
    if temperature == 1:
        return scores
    return torch.stack([row.div(float(temperature)) for row in scores])
