# wrong: wrong_type
# A size is taken to be a text.


def weight_memory(n, bits, group_size, scale_bits):
    size = (n * bits + -(-n // group_size) * scale_bits) / 8
    return f"{size / 1e9:.2f} GB"
