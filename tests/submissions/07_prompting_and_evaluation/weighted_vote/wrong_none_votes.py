# wrong: none_votes
# None is an answer like any other.
import numpy as np


def weighted_vote(answers, logprobs):
    totals = {}
    for answer, logprob in zip(answers, logprobs):
        totals[answer] = np.logaddexp(totals.get(answer, -np.inf), logprob)
    return max(totals, key=totals.get, default=None)
