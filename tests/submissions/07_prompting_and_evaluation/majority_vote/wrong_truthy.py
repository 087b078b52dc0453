# wrong: empty_string_dropped
# Whatever is false is left out, the empty string too.
from collections import Counter


def majority_vote(answers):
    counts = Counter(filter(None, answers))
    return counts.most_common(1)[0][0] if counts else None
