# wrong: one_scale
# One scale is taken to do for the whole tensor.


def weight_memory(n, bits, group_size, scale_bits):
    return (n * bits + scale_bits) // 8
