# wrong: squared
# The root of the mean squared gap.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in bins.unique().tolist():
        inside = bins == b
        gap = correct[inside].float().mean() - confidences[inside].mean()
        total += inside.float().mean().item() * gap.item() ** 2
    return total**0.5
