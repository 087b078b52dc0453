# wrong: weights_ignored
# The most frequent answer.
from collections import Counter


def weighted_vote(answers, logprobs):
    counts = Counter(a for a in answers if a is not None)
    return counts.most_common(1)[0][0] if counts else None
