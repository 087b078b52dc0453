# wrong: post_norm
# The norm is laid on what a sublayer gives.
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    H = x.shape[-1:]
    y = x + F.rms_norm(attention(x), H, attention_norm, eps)
    return y + F.rms_norm(feed_forward(y), H, feed_forward_norm, eps)
