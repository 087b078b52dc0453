# right: torch, sums scattered into bins
import torch


def expected_calibration_error(confidences, correct, num_bins=10):
    inner = torch.arange(1, num_bins) / num_bins
    bins = torch.bucketize(confidences, inner)
    gaps = torch.zeros(num_bins).index_add_(0, bins, correct.float() - confidences)
    return gaps.abs().sum() / len(confidences)
