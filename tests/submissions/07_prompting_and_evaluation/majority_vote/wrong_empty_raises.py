# wrong: no_votes
# The first of no votes.
from collections import Counter


def majority_vote(answers):
    return Counter(a for a in answers if a is not None).most_common(1)[0][0]
