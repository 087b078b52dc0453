# wrong: percentage
# Times 100.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in bins.unique().tolist():
        inside = bins == b
        gap = correct[inside].float().mean() - confidences[inside].mean()
        total += inside.float().mean().item() * abs(gap.item())
    return 100 * total
