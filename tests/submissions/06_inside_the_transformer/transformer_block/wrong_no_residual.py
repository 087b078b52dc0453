# wrong: residual_missing
# The sublayers follow each other without sums.
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    H = x.shape[-1:]
    y = attention(F.rms_norm(x, H, attention_norm, eps))
    return feed_forward(F.rms_norm(y, H, feed_forward_norm, eps))
