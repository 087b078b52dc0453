# wrong: rows_mixed
# dim=0 runs over the batch.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=0)
    threshold = min_p * probs.amax(dim=0, keepdim=True)
    return scores.masked_fill(probs < threshold, float("-inf"))
