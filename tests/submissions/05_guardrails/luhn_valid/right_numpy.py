# right: numpy; the result is a numpy bool
import numpy as np


def luhn_valid(number):
    try:
        d = np.array([int(c) for c in number if c not in {" ", "-"}], dtype=int)[::-1]
    except ValueError:
        return False
    if d.size == 0:
        return False
    d[1::2] *= 2
    d[d > 9] -= 9
    return d.sum() % 10 == 0
