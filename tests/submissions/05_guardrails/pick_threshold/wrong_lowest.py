# wrong: flagged_strictly_above
# The first threshold above the limit is taken too.
def pick_threshold(scores, labels, max_false_positive_rate):
    benign = [s for s, label in zip(scores, labels) if label == 0]
    best = float("inf")
    for threshold in sorted(set(scores), reverse=True):
        best = threshold
        if sum(s >= threshold for s in benign) / len(benign) > max_false_positive_rate:
            break
    return best
