# wrong: zero_falls_out
# The first bin does not hold 0.
import torch


def expected_calibration_error(confidences, correct, num_bins=10):
    edges = torch.linspace(0, 1, num_bins + 1)
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidences > low) & (confidences <= high)
        if inside.any():
            gap = correct[inside].float().mean() - confidences[inside].mean()
            total += inside.float().mean().item() * abs(gap.item())
    return total
