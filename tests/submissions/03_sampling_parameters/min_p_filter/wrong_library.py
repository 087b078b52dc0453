# wrong: calls_the_library
# transformers' own warper does the work.
from transformers import MinPLogitsWarper


def min_p_filter(scores, min_p):
    return MinPLogitsWarper(min_p=min_p)(None, scores)
