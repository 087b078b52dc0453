# right: numpy integers, rounded up to whole bytes
import numpy as np


def weight_memory(n, bits, group_size, scale_bits):
    n, group_size = np.int64(n), np.int64(group_size)
    groups = (n + group_size - 1) // group_size
    return (n * bits + groups * scale_bits + 7) // 8
