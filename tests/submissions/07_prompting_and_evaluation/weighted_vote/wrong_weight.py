# wrong: weight_returned
# The weight, not the answer.
import numpy as np


def weighted_vote(answers, logprobs):
    totals = {}
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            totals[answer] = np.logaddexp(totals.get(answer, -np.inf), logprob)
    return float(np.exp(max(totals.values()))) if totals else None
