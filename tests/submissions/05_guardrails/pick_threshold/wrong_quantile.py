# wrong: flagged_strictly_above
# A quantile of the benign scores, which may be one of them.
import numpy as np


def pick_threshold(scores, labels, max_false_positive_rate):
    benign = np.array([s for s, label in zip(scores, labels) if label == 0])
    if max_false_positive_rate == 1:
        return min(scores)
    return float(np.quantile(benign, 1 - max_false_positive_rate, method="inverted_cdf"))
