# wrong: group_size_as_count
# The size of a group is taken to be their number.


def weight_memory(n, bits, group_size, scale_bits):
    return (n * bits + group_size * scale_bits) // 8
