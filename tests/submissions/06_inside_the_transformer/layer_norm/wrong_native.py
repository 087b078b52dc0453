# wrong: calls_the_library
# The function behind torch's own function.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    return torch.native_layer_norm(x, x.shape[-1:], weight, bias, eps)[0]
