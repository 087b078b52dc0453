# wrong: scale_per_weight
# Every weight is taken to have a scale of its own.


def weight_memory(n, bits, group_size, scale_bits):
    return n * (bits + scale_bits) // 8
