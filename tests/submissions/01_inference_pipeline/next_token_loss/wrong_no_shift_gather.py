# wrong: not_shifted
# Labels and logits are compared column by column, without moving one of them.
import torch


def next_token_loss(logits, labels):
    counts = labels != -100
    logprobs = torch.log_softmax(logits, dim=-1)
    safe = labels.clamp(min=0)
    picked = logprobs.gather(-1, safe.unsqueeze(-1)).squeeze(-1)
    return -picked[counts].mean()
