# wrong: underflows
# The largest logprob of all chains is taken off, also where that chain has no answer.
from collections import Counter
from math import exp


def weighted_vote(answers, logprobs):
    weights = Counter()
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            weights[answer] += exp(logprob - max(logprobs))
    return max(weights, key=weights.get) if weights else None
