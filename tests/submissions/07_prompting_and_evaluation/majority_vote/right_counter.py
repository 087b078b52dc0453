# right: Counter keeps the order of first sight
from collections import Counter


def majority_vote(answers):
    counts = Counter(answer for answer in answers if answer is not None)
    return counts.most_common(1)[0][0] if counts else None
