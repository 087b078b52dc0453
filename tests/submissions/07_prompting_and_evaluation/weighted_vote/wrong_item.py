# wrong: weight_returned
# The answer together with its weight.
import numpy as np


def weighted_vote(answers, logprobs):
    totals = {}
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            totals[answer] = np.logaddexp(totals.get(answer, -np.inf), logprob)
    return max(totals.items(), key=lambda item: item[1], default=None)
