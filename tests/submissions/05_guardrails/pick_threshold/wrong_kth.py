# wrong: ties_split
# The score of the last benign text that may be flagged, though others share it.
def pick_threshold(scores, labels, max_false_positive_rate):
    ranked = sorted(zip(scores, labels), reverse=True)
    benign = labels.count(0)
    flagged, best = 0, float("inf")
    for score, label in ranked:
        flagged += label == 0
        if flagged / benign > max_false_positive_rate:
            break
        best = score
    return best
