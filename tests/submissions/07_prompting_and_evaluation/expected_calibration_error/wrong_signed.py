# wrong: no_absolute_value
# Over- and underconfidence cancel.


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in bins.unique().tolist():
        inside = bins == b
        gap = confidences[inside].mean() - correct[inside].float().mean()
        total += inside.float().mean().item() * gap.item()
    return total
