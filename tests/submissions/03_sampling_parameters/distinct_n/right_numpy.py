# right: words as numbers, unique windows by numpy, a numpy scalar
import numpy as np


def distinct_n(texts, n):
    number, windows = {}, []
    for text in texts:
        ids = [number.setdefault(word, len(number)) for word in text.split()]
        windows += [ids[i : i + n] for i in range(len(ids) - n + 1)]
    if not windows:
        return np.float64(0)
    return np.float64(len(np.unique(np.array(windows), axis=0)) / len(windows))
