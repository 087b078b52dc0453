# right: a product with a triangle of ones, then joined with a 1
import torch


def cumulative_table(probs):
    V = probs.shape[0]
    token_ids = torch.sort(probs, dim=0, descending=True, stable=True).indices
    triangle = torch.ones(V, V, dtype=probs.dtype).tril()
    sums = triangle @ probs[token_ids]
    return token_ids, torch.cat([sums[:-1], sums.new_ones(1)])
