# wrong: whole_bytes
# A weight is taken to need a byte at least.


def weight_memory(n, bits, group_size, scale_bits):
    per_weight = (bits + 7) // 8
    return n * per_weight + -(-n // group_size) * scale_bits // 8
