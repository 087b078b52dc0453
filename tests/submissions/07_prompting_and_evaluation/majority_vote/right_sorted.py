# right: ranked by count and place


def majority_vote(answers):
    votes = [a for a in answers if a is not None]
    ranked = sorted(set(votes), key=lambda a: (-votes.count(a), votes.index(a)))
    return ranked[0] if ranked else None
