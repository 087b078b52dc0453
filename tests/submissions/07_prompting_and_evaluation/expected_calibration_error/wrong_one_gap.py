# wrong: one_gap
# Mean confidence against accuracy, over all items.


def expected_calibration_error(confidences, correct, num_bins=10):
    return abs((correct.float().mean() - confidences.mean()).item())
