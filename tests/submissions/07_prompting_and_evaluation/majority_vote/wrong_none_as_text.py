# wrong: none_votes
# None becomes a word, which may win.
from collections import Counter


def majority_vote(answers):
    counts = Counter(str(answer) for answer in answers)
    if set(counts) <= {"None"}:
        return None
    return counts.most_common(1)[0][0]
