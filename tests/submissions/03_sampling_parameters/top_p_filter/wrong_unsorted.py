# wrong: unsorted
# The mass is added up in vocabulary order.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    probs = torch.softmax(scores.float(), dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, :min_tokens_to_keep] = False
    return scores.masked_fill(remove, float("-inf"))
