# wrong: equal_mass_bins
# Bins of equally many items.
import numpy as np


def expected_calibration_error(confidences, correct, num_bins=10):
    order = confidences.argsort().numpy()
    total = 0.0
    for part in np.array_split(order, num_bins):
        if len(part):
            gap = correct[part].float().sum() - confidences[part].sum()
            total += abs(gap.item()) / len(confidences)
    return total
