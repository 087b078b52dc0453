# wrong: count_returned
# The answer together with its count.
from collections import Counter


def majority_vote(answers):
    counts = Counter(a for a in answers if a is not None)
    return counts.most_common(1)[0] if counts else None
