# right: sums per bin with bincount
import numpy as np


def expected_calibration_error(confidences, correct, num_bins=10):
    sure = confidences.numpy().astype(np.float64)
    edges = np.linspace(0, 1, num_bins + 1)[1:-1]
    bins = np.digitize(sure, edges)
    gaps = np.bincount(bins, weights=correct.numpy() - sure, minlength=num_bins)
    return np.abs(gaps).sum() / len(sure)
