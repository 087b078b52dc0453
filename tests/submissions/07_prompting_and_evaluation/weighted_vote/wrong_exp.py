# wrong: underflows
# exp of each logprob, which may be 0.
import math
from collections import defaultdict


def weighted_vote(answers, logprobs):
    weights = defaultdict(float)
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            weights[answer] += math.exp(logprob)
    return max(weights, key=weights.get, default=None)
