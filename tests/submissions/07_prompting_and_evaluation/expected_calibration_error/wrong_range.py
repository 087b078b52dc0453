# wrong: range_of_confidences
# Bins between the smallest and the largest confidence.
import numpy as np


def expected_calibration_error(confidences, correct, num_bins=10):
    edges = np.histogram_bin_edges(confidences.numpy(), bins=num_bins)
    bins = np.digitize(confidences.numpy(), edges[1:-1])
    gaps = correct.numpy().astype(float) - confidences.numpy()
    return float(sum(abs(gaps[bins == b].sum()) for b in range(num_bins)) / len(gaps))
