# wrong: logprobs_summed
# Logprobs are added up, and the largest sum wins.
from collections import defaultdict


def weighted_vote(answers, logprobs):
    totals = defaultdict(float)
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            totals[answer] += logprob
    return max(totals, key=totals.get, default=None)
