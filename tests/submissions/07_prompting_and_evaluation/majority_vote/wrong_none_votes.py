# wrong: none_votes
# None is counted like an answer.
from collections import Counter


def majority_vote(answers):
    return Counter(answers).most_common(1)[0][0] if answers else None
