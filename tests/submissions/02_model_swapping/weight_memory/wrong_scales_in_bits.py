# wrong: bits_not_bytes
# Only the weights are divided by 8.


def weight_memory(n, bits, group_size, scale_bits):
    return n * bits // 8 + -(-n // group_size) * scale_bits
