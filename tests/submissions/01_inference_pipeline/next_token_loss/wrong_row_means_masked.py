# wrong: mean_of_row_means
# The sum of a row is divided by its own count before the rows are averaged.
import torch


def next_token_loss(logits, labels):
    targets = labels[:, 1:]
    counts = (targets != -100).float()
    logprobs = torch.log_softmax(logits[:, :-1], dim=-1)
    picked = logprobs.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    per_row = -(picked * counts).sum(dim=1) / counts.sum(dim=1).clamp(min=1)
    return per_row[counts.any(dim=1)].mean()
