# wrong: count_returned
# How often, not what.
from collections import Counter


def majority_vote(answers):
    counts = Counter(a for a in answers if a is not None)
    return max(counts.values(), default=None)
