# wrong: zero_groups
# A python loop divides by the scale of a group of zeros.
import torch


def quantize_absmax(weights, bits, group_size=None):
    qmax = 2 ** (bits - 1) - 1
    size = group_size or weights.shape[-1]
    rows, scales = [], []
    for group in weights.reshape(-1, size).tolist():
        scale = max(map(abs, group)) / qmax
        rows.append([round(w / scale) for w in group])
        scales.append(scale)
    shape = (*weights.shape[:-1], -1)
    q = torch.tensor(rows, dtype=torch.int8).reshape(weights.shape)
    return q, torch.tensor(scales).reshape(shape)


def dequantize(q, scale):
    repeats = q.shape[-1] // scale.shape[-1]
    return q * scale.repeat_interleave(repeats, dim=-1)
