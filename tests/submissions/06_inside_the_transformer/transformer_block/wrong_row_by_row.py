# wrong: called_twice
# The sublayers are run once for each row of the batch.
import torch
import torch.nn.functional as F


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    H = x.shape[-1:]
    y = torch.stack(
        [r + attention(F.rms_norm(r, H, attention_norm, eps)[None])[0] for r in x]
    )
    return y + feed_forward(F.rms_norm(y, H, feed_forward_norm, eps))
