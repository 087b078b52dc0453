# right: divides by the last sum, which makes it exactly 1
import torch


def cumulative_table(probs):
    token_ids = (-probs).argsort(stable=True)
    cumulative = torch.cumsum(probs[token_ids].double(), dim=0)
    return token_ids, (cumulative / cumulative[-1]).to(probs.dtype)
