# right: math.ceil for the groups, bytes added up as a float
import math


def weight_memory(n, bits, group_size, scale_bits):
    weights = n * bits / 8
    scales = math.ceil(n / group_size) * scale_bits / 8
    return weights + scales
