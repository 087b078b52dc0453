# wrong: ignored_labels_counted
# An ignored label is replaced by 0 for the look-up and then counted as token 0.
import torch


def next_token_loss(logits, labels):
    targets = labels[:, 1:].clamp(min=0)
    logprobs = torch.log_softmax(logits[:, :-1], dim=-1)
    picked = logprobs.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    return -picked.mean()
