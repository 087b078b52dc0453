# wrong: not_shifted
# Cutting the last position off both sides is taken to be the shift.
import torch.nn.functional as F


def next_token_loss(logits, labels):
    logits = logits[:, :-1, :].reshape(-1, logits.shape[-1])
    labels = labels[:, :-1].reshape(-1)
    return F.cross_entropy(logits, labels, ignore_index=-100)
