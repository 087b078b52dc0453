# wrong: maximum
# The largest gap: the maximum calibration error.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    gaps = []
    for b in bins.unique().tolist():
        inside = bins == b
        gaps.append(abs((correct[inside].float().mean() - confidences[inside].mean()).item()))
    return max(gaps)
