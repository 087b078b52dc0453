# right: numpy, cumulative counts in rank order, ties at their last place
import numpy as np


def pick_threshold(scores, labels, max_false_positive_rate):
    scores, labels = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    order = np.argsort(-scores, kind="stable")
    s, y = scores[order], labels[order]
    false_positives = np.cumsum(y == 0)
    last_of_tie = np.append(s[1:] != s[:-1], True)
    fine = last_of_tie & (false_positives / (y == 0).sum() <= max_false_positive_rate)
    if not fine.any():
        return float(s[0]) + 1.0
    return float(s[np.flatnonzero(fine)[-1]])
