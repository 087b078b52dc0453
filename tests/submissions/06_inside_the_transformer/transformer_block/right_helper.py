# right: an RMS norm of its own
import torch


def norm(x, weight, eps):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps) * weight


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    after_attention = x + attention(norm(x, attention_norm, eps))
    return after_attention + feed_forward(norm(after_attention, feed_forward_norm, eps))
