# wrong: mean_weight
# The mean probability of an answer's chains.
import math
from collections import defaultdict


def weighted_vote(answers, logprobs):
    weights = defaultdict(list)
    most = max(logprobs, default=0.0)
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            weights[answer].append(math.exp(logprob - most))
    return max(weights, key=lambda a: sum(weights[a]) / len(weights[a]), default=None)
