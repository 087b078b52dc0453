# wrong: softmax_twice
# Probabilities are taken for scores.
import torch


def acceptance_prob(p, q, token_ids):
    p = torch.softmax(p, dim=-1)[token_ids]
    q = torch.softmax(q, dim=-1)[token_ids]
    return (p / q).clamp(max=1)
