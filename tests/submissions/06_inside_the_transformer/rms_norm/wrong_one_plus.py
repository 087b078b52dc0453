# wrong: one_plus_weight
# The weight is taken to be stored around 0, as Gemma's is.
import torch


def rms_norm(x, weight, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean_square = wide.square().mean(dim=-1, keepdim=True)
    normed = wide / torch.sqrt(mean_square + eps)
    return (normed * (1 + weight)).to(x.dtype)
