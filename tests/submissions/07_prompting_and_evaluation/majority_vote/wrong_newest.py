# wrong: tie_to_last
# The list is read from its end.


def majority_vote(answers):
    votes = [a for a in reversed(answers) if a is not None]
    return max(votes, key=votes.count, default=None)
