# wrong: unweighted_bins
# The mean over all bins, empty ones included.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in bins.unique().tolist():
        inside = bins == b
        total += abs((correct[inside].float().mean() - confidences[inside].mean()).item())
    return total / num_bins
