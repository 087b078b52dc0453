# wrong: absolute_majority
# An answer needs at least half of the samples, None included.
from collections import Counter


def majority_vote(answers):
    counts = Counter(a for a in answers if a is not None)
    if not counts:
        return None
    answer, count = counts.most_common(1)[0]
    return answer if 2 * count >= len(answers) else None
