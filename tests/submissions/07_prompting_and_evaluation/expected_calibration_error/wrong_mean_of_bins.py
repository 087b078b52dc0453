# wrong: unweighted_bins
# The mean over the bins that are not empty.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    gaps = []
    for b in bins.unique().tolist():
        inside = bins == b
        gaps.append(abs((correct[inside].float().mean() - confidences[inside].mean()).item()))
    return sum(gaps) / len(gaps)
