# wrong: mean_logprob
# The mean logprob of an answer's chains.
from collections import defaultdict
from statistics import fmean


def weighted_vote(answers, logprobs):
    groups = defaultdict(list)
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            groups[answer].append(logprob)
    return max(groups, key=lambda a: fmean(groups[a]), default=None)
