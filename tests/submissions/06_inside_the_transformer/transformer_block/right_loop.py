# right: a loop over the two sublayers, in place on a copy
import torch


def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    stream = x.clone()
    for sublayer, weight in [
        (attention, attention_norm),
        (feed_forward, feed_forward_norm),
    ]:
        mean_square = stream.pow(2).mean(dim=-1, keepdim=True)
        stream += sublayer(weight * stream / torch.sqrt(mean_square + eps))
    return stream
