# wrong: raised
# math.log(0) is taken to be -inf.
import math


def min_p_filter(scores, min_p):
    threshold = scores.amax(dim=-1, keepdim=True).float() + math.log(min_p)
    return scores.masked_fill(scores.float() < threshold, float("-inf"))
