# wrong: squared
# The Brier score.


def expected_calibration_error(confidences, correct, num_bins=10):
    return (confidences - correct.float()).square().mean().item()
