# wrong: boundary_token_dropped
# Tokens at the threshold go too: min_p = 1 leaves nothing.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    threshold = min_p * probs.amax(dim=-1, keepdim=True)
    return scores.masked_fill(probs <= threshold, float("-inf"))
