# wrong: bin_middle
# The bin's middle stands for the confidence.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in bins.unique().tolist():
        inside = bins == b
        gap = correct[inside].float().mean().item() - (b + 0.5) / num_bins
        total += inside.float().mean().item() * abs(gap)
    return total
