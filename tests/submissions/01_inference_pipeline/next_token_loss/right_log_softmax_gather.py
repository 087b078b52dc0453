# right: log_softmax, gather and a mask on a copy of the labels
import torch


def next_token_loss(logits, labels):
    targets = labels[:, 1:]
    counts = targets != -100
    safe = targets.masked_fill(~counts, 0)
    logprobs = torch.log_softmax(logits[:, :-1], dim=-1)
    picked = logprobs.gather(-1, safe.unsqueeze(-1)).squeeze(-1)
    return -(picked * counts).sum() / counts.sum()
