# wrong: calls_the_library
# transformers' own warper does the work.
import transformers


def top_k_filter(scores, top_k):
    return transformers.TopKLogitsWarper(top_k=top_k)(None, scores)
