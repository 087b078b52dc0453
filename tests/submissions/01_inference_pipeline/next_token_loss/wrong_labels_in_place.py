# wrong: input_changed
# A slice is taken to be a copy, so the caller's -100 become 0.
import torch


def next_token_loss(logits, labels):
    targets = labels[:, 1:]
    counts = targets != -100
    targets[~counts] = 0
    logprobs = torch.log_softmax(logits[:, :-1], dim=-1)
    picked = logprobs.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    return -picked[counts].mean()
