# right: loops over groups, python rounding, 32-bit integers
import torch


def quantize_absmax(weights, bits, group_size=None):
    levels = 2 ** (bits - 1) - 1
    width = weights.shape[-1]
    size = width if group_size is None else group_size
    flat = weights.reshape(-1).tolist()
    numbers, scales = [], []
    for begin in range(0, len(flat), size):
        group = flat[begin : begin + size]
        scale = max(abs(w) for w in group) / levels
        scales.append(scale)
        for w in group:
            step = round(w / scale) if scale > 0 else 0
            numbers.append(max(-levels, min(levels, step)))
    q = torch.tensor(numbers, dtype=torch.int32).reshape(weights.shape)
    return q, torch.tensor(scales).reshape(*weights.shape[:-1], width // size)


def dequantize(q, scale):
    size = q.shape[-1] // scale.shape[-1]
    rows = q.reshape(-1).tolist()
    steps = scale.reshape(-1).tolist()
    values = [number * steps[i // size] for i, number in enumerate(rows)]
    return torch.tensor(values).reshape(q.shape)
