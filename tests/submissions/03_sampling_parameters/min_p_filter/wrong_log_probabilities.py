# wrong: threshold_on_scores
# The share is taken of the log-probability.
import torch


def min_p_filter(scores, min_p):
    logs = torch.log_softmax(scores.float(), dim=-1)
    threshold = min_p * logs.amax(dim=-1, keepdim=True)
    return scores.masked_fill(logs < threshold, float("-inf"))
