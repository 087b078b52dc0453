# right: full groups, then the rest


def weight_memory(n, bits, group_size, scale_bits):
    full, rest = divmod(n, group_size)
    total = full * (group_size * bits + scale_bits)
    if rest:
        total += rest * bits + scale_bits
    return int(total / 8)
