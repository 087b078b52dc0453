# wrong: tie_by_value
# The maximum of pairs compares the answers too.
from collections import Counter


def majority_vote(answers):
    counts = Counter(a for a in answers if a is not None)
    return max(((n, a) for a, n in counts.items()), default=(0, None))[1]
