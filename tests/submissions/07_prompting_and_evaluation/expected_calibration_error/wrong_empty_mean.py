# wrong: empty_bins
# The mean of an empty bin is NaN.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        inside = bins == b
        gap = correct[inside].float().mean() - confidences[inside].mean()
        total += inside.float().mean().item() * abs(gap.item())
    return total
