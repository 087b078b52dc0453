# wrong: sum_not_mean
# The losses are added up and not divided by how many count.
import torch.nn.functional as F


def next_token_loss(logits, labels):
    V = logits.shape[-1]
    shifted = logits[:, :-1].reshape(-1, V)
    targets = labels[:, 1:].reshape(-1)
    return F.cross_entropy(shifted, targets, reduction="sum")
