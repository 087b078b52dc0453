# wrong: tie_by_value
# numpy sorts the answers, and the smallest of equals wins.
import numpy as np


def majority_vote(answers):
    votes = [a for a in answers if a is not None]
    if not votes:
        return None
    values, counts = np.unique(np.array(votes, dtype=object), return_counts=True)
    return values[counts.argmax()]
