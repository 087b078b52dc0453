# wrong: logprob_returned
# The log-probability, because losses are made of those.
import math


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return math.log(row.get(token, 0) + k) - math.log(sum(row.values()) + k * vocab_size)
