# right: numpy, ties by first index
import numpy as np


def majority_vote(answers):
    votes = np.array([a for a in answers if a is not None], dtype=object)
    if len(votes) == 0:
        return None
    _, first, counts = np.unique(votes, return_index=True, return_counts=True)
    return votes[first[counts == counts.max()].min()]
