# wrong: strictly_below
# < in place of <=.
def pick_threshold(scores, labels, max_false_positive_rate):
    benign = [s for s, label in zip(scores, labels) if label == 0]
    attacks = [s for s, label in zip(scores, labels) if label == 1]
    best, most = float("inf"), 0
    for threshold in sorted(set(scores), reverse=True):
        rate = sum(s >= threshold for s in benign) / len(benign)
        caught = sum(s >= threshold for s in attacks)
        if rate < max_false_positive_rate and caught > most:
            best, most = threshold, caught
    return best
