# wrong: nothing_allowed
# min of no threshold raises.
def pick_threshold(scores, labels, max_false_positive_rate):
    benign = [s for s, label in zip(scores, labels) if label == 0]
    return min(
        t for t in scores if sum(s >= t for s in benign) <= max_false_positive_rate * len(benign) + 1e-9
    )
