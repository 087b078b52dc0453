# wrong: absolute_majority
# An answer needs more than half of all votes.
from collections import Counter


def majority_vote(answers):
    votes = [a for a in answers if a is not None]
    for answer, count in Counter(votes).items():
        if count > len(votes) / 2:
            return answer
    return None
