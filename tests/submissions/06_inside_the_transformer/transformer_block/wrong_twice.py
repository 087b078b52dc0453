# wrong: called_twice
# Attention is run to look at its size, then again.
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    H = x.shape[-1:]
    if attention(F.rms_norm(x, H, attention_norm, eps)).shape != x.shape:
        raise ValueError("attention must keep the shape")
    y = x + attention(F.rms_norm(x, H, attention_norm, eps))
    return y + feed_forward(F.rms_norm(y, H, feed_forward_norm, eps))
