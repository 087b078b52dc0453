# right: the norm in numpy and double precision
import numpy as np
import torch


def normed(x, weight, eps):
    a = x.detach().double().numpy()
    a = a / np.sqrt((a * a).mean(axis=-1, keepdims=True) + eps)
    return torch.from_numpy(a * weight.numpy()).float()


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    x = torch.add(x, attention(normed(x, attention_norm, eps)))
    return torch.add(x, feed_forward(normed(x, feed_forward_norm, eps)))
