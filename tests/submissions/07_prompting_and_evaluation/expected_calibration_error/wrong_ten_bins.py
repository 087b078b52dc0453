# wrong: num_bins_ignored
# Always ten bins.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * 10).long().clamp(max=9)
    total = 0.0
    for b in bins.unique().tolist():
        inside = bins == b
        gap = correct[inside].float().mean() - confidences[inside].mean()
        total += inside.float().mean().item() * abs(gap.item())
    return total
