# right: just above the highest benign score that must not be flagged
import math


def pick_threshold(scores, labels, max_false_positive_rate):
    benign = sorted((s for s, y in zip(scores, labels) if not y), reverse=True)
    allowed = math.floor(max_false_positive_rate * len(benign) + 1e-9)
    if allowed >= len(benign):
        return min(scores)
    return math.nextafter(benign[allowed], math.inf)
