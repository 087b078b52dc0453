# right: numpy: a table of -1, filled by slices
import numpy as np


def static_schedule(lengths, num_slots):
    starts, t = [], 0
    for i in range(0, len(lengths), num_slots):
        starts.append(t)
        t += max(lengths[i : i + num_slots])
    table = np.full((t, num_slots), -1)
    for i, n in enumerate(lengths):
        start = starts[i // num_slots]
        table[start : start + n, i % num_slots] = i
    return [[None if i < 0 else i for i in row] for row in table.tolist()]
