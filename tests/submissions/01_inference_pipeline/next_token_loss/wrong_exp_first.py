# wrong: overflows
# Exponentials of the raw logits are taken to fit into a float.
import torch


def next_token_loss(logits, labels):
    targets = labels[:, 1:]
    counts = targets != -100
    scores = logits[:, :-1][counts]
    exps = torch.exp(scores)
    probs = exps / exps.sum(dim=-1, keepdim=True)
    picked = probs[torch.arange(len(scores)), targets[counts]]
    return -torch.log(picked).mean()
