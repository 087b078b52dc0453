# wrong: flagged_strictly_above
# The highest benign score that must not be flagged is itself flagged.
def pick_threshold(scores, labels, max_false_positive_rate):
    benign = sorted((s for s, label in zip(scores, labels) if label == 0), reverse=True)
    allowed = int(max_false_positive_rate * len(benign) + 1e-9)
    if allowed >= len(benign):
        return min(scores)
    return benign[allowed]
