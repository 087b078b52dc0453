# wrong: per_item
# The mean distance of each confidence from 0 or 1.


def expected_calibration_error(confidences, correct, num_bins=10):
    return (confidences - correct.float()).abs().mean().item()
