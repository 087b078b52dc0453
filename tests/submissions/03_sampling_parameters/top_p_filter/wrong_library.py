# wrong: calls_the_library
# transformers' own warper under another name.
from transformers import TopPLogitsWarper as Nucleus


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    n = min(min_tokens_to_keep, scores.shape[-1])
    return Nucleus(float(top_p), min_tokens_to_keep=n)(None, scores)
