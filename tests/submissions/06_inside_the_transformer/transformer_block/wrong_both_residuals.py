# wrong: residual_of_first_input
# The block's input is added once more at the end.
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    H = x.shape[-1:]
    y = x + attention(F.rms_norm(x, H, attention_norm, eps))
    return x + y + feed_forward(F.rms_norm(y, H, feed_forward_norm, eps))
