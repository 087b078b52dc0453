# wrong: survivors_changed
# The survivors come back as log-probabilities.
import torch


def min_p_filter(scores, min_p):
    probs = torch.softmax(scores.float(), dim=-1)
    keep = probs >= min_p * probs.amax(dim=-1, keepdim=True)
    return (probs * keep).log().to(scores.dtype)
