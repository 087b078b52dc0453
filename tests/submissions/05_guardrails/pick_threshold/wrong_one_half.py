# wrong: limit_ignored
# Always one half.
def pick_threshold(scores, labels, max_false_positive_rate):
    return 0.5
