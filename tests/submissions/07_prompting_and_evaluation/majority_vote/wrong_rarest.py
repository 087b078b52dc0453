# wrong: least_frequent
# The list is sorted the wrong way.
from collections import Counter


def majority_vote(answers):
    counts = Counter(a for a in answers if a is not None)
    return min(counts, key=counts.get) if counts else None
