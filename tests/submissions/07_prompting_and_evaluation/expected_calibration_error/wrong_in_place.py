# wrong: input_changed
# The caller's confidences are scaled to bins.


def expected_calibration_error(confidences, correct, num_bins=10):
    kept = confidences.clone()
    bins = confidences.mul_(num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in bins.unique().tolist():
        inside = bins == b
        gap = correct[inside].float().mean() - kept[inside].mean()
        total += inside.float().mean().item() * abs(gap.item())
    return total
