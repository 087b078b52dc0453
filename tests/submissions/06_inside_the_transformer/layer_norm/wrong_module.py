# wrong: calls_the_library
# torch's own layer.
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    layer = torch.nn.LayerNorm(x.shape[-1], eps=eps, elementwise_affine=False)
    return layer(x) * weight + bias
