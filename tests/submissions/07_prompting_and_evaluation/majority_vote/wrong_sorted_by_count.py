# wrong: tie_to_last
# Sorted by count, ascending, and the last is taken.


def majority_vote(answers):
    votes = [a for a in answers if a is not None]
    distinct = list(dict.fromkeys(votes))
    ranked = sorted(distinct, key=votes.count)
    return ranked[-1] if ranked else None
