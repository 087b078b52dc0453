# right: python floats in loops
import torch


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("T must be > 0")
    rows = []
    for row in scores.tolist():
        rows.append([s / temperature for s in row])
    return torch.tensor(rows, dtype=scores.dtype)
