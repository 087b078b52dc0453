# right: whole numbers throughout


def weight_memory(n, bits, group_size, scale_bits):
    groups = -(-n // group_size)
    return (n * bits + groups * scale_bits) // 8
