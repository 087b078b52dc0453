# wrong: tie_is_none
# No answer where two are equally frequent.
from collections import Counter


def majority_vote(answers):
    ranked = Counter(a for a in answers if a is not None).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
