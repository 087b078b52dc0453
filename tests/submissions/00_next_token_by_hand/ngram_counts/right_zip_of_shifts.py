# right: n shifted copies zipped together, a Counter of whole n-grams unfolded
from collections import Counter


def ngram_counts(token_ids, n):
    grams = Counter(zip(*(token_ids[shift:] for shift in range(n)), strict=False))
    counts = {}
    for gram, times in grams.items():
        *context, token = gram
        counts.setdefault(tuple(context), {})[token] = times
    return counts
