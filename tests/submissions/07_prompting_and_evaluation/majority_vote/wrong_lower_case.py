# wrong: answers_normalised
# Case and blanks are folded before the vote.
from collections import Counter


def majority_vote(answers):
    counts = Counter(a.strip().lower() for a in answers if a is not None)
    return counts.most_common(1)[0][0] if counts else None
