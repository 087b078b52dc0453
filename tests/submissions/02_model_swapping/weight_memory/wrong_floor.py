# wrong: last_group_forgotten
# The shorter group at the end is taken to need no scale.


def weight_memory(n, bits, group_size, scale_bits):
    groups = n // group_size
    return (n * bits + groups * scale_bits) // 8
