# right: numpy in double precision, cast back
import torch


def apply_temperature(scores, temperature):
    if not temperature > 0:
        raise ValueError("temperature has to be above 0")
    divided = scores.detach().double().numpy() / temperature
    return torch.from_numpy(divided).to(scores.dtype)
