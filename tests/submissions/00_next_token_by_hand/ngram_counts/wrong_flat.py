# wrong: flat_counts
# Counting whole n-grams is taken to be the same table.
from collections import Counter


def ngram_counts(token_ids, n):
    return dict(Counter(tuple(token_ids[i : i + n]) for i in range(len(token_ids) - n + 1)))
