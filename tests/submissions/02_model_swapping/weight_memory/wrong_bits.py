# wrong: bits_not_bytes
# Bits are returned as bytes.


def weight_memory(n, bits, group_size, scale_bits):
    return n * bits + -(-n // group_size) * scale_bits
