# right: plain Python
import math
from collections import defaultdict


def expected_calibration_error(confidences, correct, num_bins=10):
    bins = defaultdict(list)
    for confidence, right in zip(confidences.tolist(), correct.tolist()):
        place = max(0, math.ceil(confidence * num_bins) - 1)
        bins[place].append(right - confidence)
    return math.fsum(abs(math.fsum(gaps)) for gaps in bins.values()) / len(confidences)
