# right: scipy's logsumexp, sorted
from scipy.special import logsumexp


def weighted_vote(answers, logprobs):
    def weight(answer):
        return logsumexp([x for a, x in zip(answers, logprobs) if a == answer])

    ranked = sorted(set(answers) - {None}, key=weight)
    return ranked.pop() if ranked else None
