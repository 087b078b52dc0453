# wrong: ignored_labels_counted
# Ignored labels add nothing to the sum, but the mean still divides by them.
import torch.nn.functional as F


def next_token_loss(logits, labels):
    losses = F.cross_entropy(
        logits[:, :-1].transpose(1, 2), labels[:, 1:], reduction="none"
    )
    return losses.mean()
