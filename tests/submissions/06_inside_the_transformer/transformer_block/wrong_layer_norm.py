# wrong: layer_norm_for_rms
# The mean is subtracted.
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    H = x.shape[-1:]
    y = x + attention(F.layer_norm(x, H, attention_norm, None, eps))
    return y + feed_forward(F.layer_norm(y, H, feed_forward_norm, None, eps))
