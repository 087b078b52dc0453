# wrong: calls_the_library
# A library's metric.


def expected_calibration_error(confidences, correct, num_bins=10):
    from torchmetrics.functional.classification import binary_calibration_error

    return binary_calibration_error(confidences, correct.long(), n_bins=num_bins).item()
