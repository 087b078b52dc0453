# wrong: input_changed
# The largest logit is taken off in place.
import torch


def next_token_loss(logits, labels):
    logits -= logits.max(dim=-1, keepdim=True).values
    logp = logits.log_softmax(dim=-1)[:, :-1]
    targets = labels[:, 1:]
    counts = targets != -100
    picked = logp.gather(-1, targets.masked_fill(~counts, 0)[..., None])[..., 0]
    return -picked[counts].mean()
