# wrong: one_falls_out
# A confidence of 1 has no place in the list of bins.


def expected_calibration_error(confidences, correct, num_bins=10):
    gaps = [0.0] * num_bins
    for confidence, right in zip(confidences.tolist(), correct.tolist()):
        gaps[int(confidence * num_bins)] += right - confidence
    return sum(abs(gap) for gap in gaps) / len(confidences)
