# wrong: post_norm
# The norm follows each sum, as in 2017.
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    H = x.shape[-1:]
    y = F.rms_norm(x + attention(x), H, attention_norm, eps)
    return F.rms_norm(y + feed_forward(y), H, feed_forward_norm, eps)
