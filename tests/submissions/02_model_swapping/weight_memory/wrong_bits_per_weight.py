# wrong: last_group_forgotten
# An average of bits per weight is taken to hold for every n.


def weight_memory(n, bits, group_size, scale_bits):
    return n * (bits + scale_bits / group_size) / 8
