# wrong: rows_mixed
# The best probability of the whole batch sets the threshold.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    return scores.masked_fill(probs < min_p * probs.max(), float("-inf"))
