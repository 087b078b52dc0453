# wrong: mean_of_row_means
# Every row is averaged by itself, so a short row weighs as much as a long one.
import torch
import torch.nn.functional as F


def next_token_loss(logits, labels):
    losses = []
    for row_logits, row_labels in zip(logits, labels):
        targets = row_labels[1:]
        if (targets != -100).any():
            losses.append(F.cross_entropy(row_logits[:-1], targets))
    return torch.stack(losses).mean()
