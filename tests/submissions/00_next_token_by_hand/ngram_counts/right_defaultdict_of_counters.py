# right: a defaultdict of Counters returned as it is, which is a dict of dicts
from collections import Counter, defaultdict


def ngram_counts(token_ids, n):
    counts = defaultdict(Counter)
    for i in range(n - 1, len(token_ids)):
        counts[tuple(token_ids[i - n + 1 : i])][token_ids[i]] += 1
    return counts
