# wrong: input_changed
# The sums are written into the caller's tensor.
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    H = x.shape[-1:]
    x += attention(F.rms_norm(x, H, attention_norm, eps))
    return x + feed_forward(F.rms_norm(x, H, feed_forward_norm, eps))
