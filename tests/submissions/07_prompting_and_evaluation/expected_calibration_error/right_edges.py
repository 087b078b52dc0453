# right: edges, with the first bin closed on both sides
import torch


def expected_calibration_error(confidences, correct, num_bins=10):
    edges = torch.linspace(0, 1, num_bins + 1)
    error = torch.tensor(0.0)
    for i, (low, high) in enumerate(zip(edges[:-1], edges[1:])):
        inside = (confidences > low) & (confidences <= high)
        if i == 0:
            inside |= confidences == 0
        if inside.sum() == 0:
            continue
        accuracy = correct[inside].sum() / inside.sum()
        error += (accuracy - confidences[inside].mean()).abs() * inside.sum() / inside.numel()
    return error.item()
