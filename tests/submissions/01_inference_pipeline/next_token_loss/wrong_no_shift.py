# wrong: not_shifted
# The logits at a position are taken to be about the label at that position.
import torch.nn.functional as F


def next_token_loss(logits, labels):
    V = logits.shape[-1]
    return F.cross_entropy(logits.reshape(-1, V), labels.reshape(-1))
