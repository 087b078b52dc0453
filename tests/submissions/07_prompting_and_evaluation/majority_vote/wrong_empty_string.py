# wrong: no_votes
# An empty string where there is no answer.


def majority_vote(answers):
    votes = [a for a in answers if a is not None]
    return max(votes, key=votes.count, default="")
