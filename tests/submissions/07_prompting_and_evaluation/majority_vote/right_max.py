# right: max of a list takes the first of equals


def majority_vote(answers):
    votes = [answer for answer in answers if answer is not None]
    return max(votes, key=votes.count, default=None)
