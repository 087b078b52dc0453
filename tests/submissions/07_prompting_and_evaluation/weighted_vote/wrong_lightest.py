# wrong: lightest
# The smallest weight.
import numpy as np


def weighted_vote(answers, logprobs):
    totals = {}
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            totals[answer] = np.logaddexp(totals.get(answer, -np.inf), logprob)
    return min(totals, key=totals.get, default=None)
