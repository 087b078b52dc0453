# wrong: zero_falls_out
# ceil(0) - 1 is -1: the last bin.
import math


def expected_calibration_error(confidences, correct, num_bins=10):
    gaps = [0.0] * num_bins
    for confidence, right in zip(confidences.tolist(), correct.tolist()):
        gaps[math.ceil(confidence * num_bins) - 1] += right - confidence
    return sum(abs(gap) for gap in gaps) / len(confidences)
