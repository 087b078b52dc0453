# right: the largest logprob is subtracted, then plain sums
import math
from collections import defaultdict


def weighted_vote(answers, logprobs):
    chains = [(a, x) for a, x in zip(answers, logprobs) if a is not None]
    if not chains:
        return None
    most = max(x for _, x in chains)
    weights = defaultdict(float)
    for answer, logprob in chains:
        weights[answer] += math.exp(logprob - most)
    return max(weights.items(), key=lambda item: item[1])[0]
