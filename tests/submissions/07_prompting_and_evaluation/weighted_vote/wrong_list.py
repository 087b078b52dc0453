# wrong: wrong_type
# The answer in a list.
import numpy as np


def weighted_vote(answers, logprobs):
    totals = {}
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            totals[answer] = np.logaddexp(totals.get(answer, -np.inf), logprob)
    return sorted(totals, key=totals.get)[-1:] or None
