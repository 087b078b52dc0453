# wrong: misses_attacks
# No benign text is ever flagged.
def pick_threshold(scores, labels, max_false_positive_rate):
    highest = max(s for s, label in zip(scores, labels) if label == 0)
    return min((s for s in scores if s > highest), default=float("inf"))
