# wrong: wrong_type
# All the most frequent answers, as a list.
from collections import Counter


def majority_vote(answers):
    counts = Counter(a for a in answers if a is not None)
    most = max(counts.values(), default=0)
    return [a for a, n in counts.items() if n == most] or None
