# right: torch's RMS norm, two sums
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    size = x.shape[-1:]
    x = x + attention(F.rms_norm(x, size, attention_norm, eps))
    return x + feed_forward(F.rms_norm(x, size, feed_forward_norm, eps))
