# wrong: empty_string_dropped
# The empty string is taken for no answer.
import numpy as np


def weighted_vote(answers, logprobs):
    totals = {}
    for answer, logprob in zip(answers, logprobs):
        if answer:
            totals[answer] = np.logaddexp(totals.get(answer, -np.inf), logprob)
    return max(totals, key=totals.get, default=None)
