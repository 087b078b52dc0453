# right: difference of logarithms, exponentiated
import math


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    following = dict(counts.get(context, ()))
    above = math.log(following.get(token, 0) + k)
    below = math.log(math.fsum(following.values()) + k * vocab_size)
    return math.exp(above - below)
