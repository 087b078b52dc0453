# wrong: smallest_sum_of_logprobs
# The sum of logprobs that is largest in size.
from collections import defaultdict


def weighted_vote(answers, logprobs):
    totals = defaultdict(float)
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            totals[answer] += abs(logprob)
    return max(totals, key=totals.get, default=None)
