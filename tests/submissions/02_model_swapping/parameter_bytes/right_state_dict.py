# right: the state dict, parameters only, each address once
import torch


def parameter_bytes(model):
    sizes = {}
    for tensor in model.state_dict(keep_vars=True).values():
        if isinstance(tensor, torch.nn.Parameter):  # a buffer is none
            sizes[tensor.data_ptr()] = tensor.nbytes
    return sum(sizes.values())
