# wrong: scales_forgotten
# Four bits a weight are taken to be all there is.


def weight_memory(n, bits, group_size, scale_bits):
    return n * bits // 8
