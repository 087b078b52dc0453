# wrong: wrong_shape
# The losses are handed back one per token, not averaged.
import torch.nn.functional as F


def next_token_loss(logits, labels):
    return F.cross_entropy(
        logits[:, :-1].transpose(1, 2), labels[:, 1:], reduction="none"
    )
