# wrong: no_votes
# An empty list is thought of, nothing but None is not.


def majority_vote(answers):
    if not answers:
        return None
    votes = [a for a in answers if a is not None]
    return max(votes, key=votes.count)
