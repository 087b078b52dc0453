# wrong: input_changed
# The caller's scores are sorted.
def pick_threshold(scores, labels, max_false_positive_rate):
    pairs = list(zip(scores, labels))
    scores.sort(reverse=True)
    benign = [s for s, label in pairs if label == 0]
    best = float("inf")
    for threshold in scores:
        if sum(s >= threshold for s in benign) / len(benign) <= max_false_positive_rate:
            best = threshold
    return best
