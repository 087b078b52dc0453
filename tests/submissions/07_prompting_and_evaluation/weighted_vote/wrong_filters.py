# wrong: input_changed
# What has no answer is taken out of the caller's lists.
import numpy as np


def weighted_vote(answers, logprobs):
    while None in answers:
        logprobs.pop(answers.index(None))
        answers.remove(None)
    totals = {}
    for answer, logprob in zip(answers, logprobs):
        totals[answer] = np.logaddexp(totals.get(answer, -np.inf), logprob)
    return max(totals, key=totals.get, default=None)
