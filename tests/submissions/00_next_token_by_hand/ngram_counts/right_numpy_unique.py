# right: numpy windows, np.unique counts equal rows; ids and counts are numpy integers
import numpy as np


def ngram_counts(token_ids, n):
    if len(token_ids) < n:
        return {}
    windows = np.lib.stride_tricks.sliding_window_view(np.array(token_ids), n)
    grams, times = np.unique(windows, axis=0, return_counts=True)
    counts = {}
    for gram, count in zip(grams, times, strict=True):
        counts.setdefault(tuple(gram[:-1]), {})[gram[-1]] = count
    return counts
