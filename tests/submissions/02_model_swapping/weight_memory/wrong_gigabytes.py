# wrong: wrong_unit
# The size of a model is taken to be told in GB.


def weight_memory(n, bits, group_size, scale_bits):
    return (n * bits + -(-n // group_size) * scale_bits) / 8 / 1e9
