# wrong: padding_added
# The shorter shifts are filled up with None at the end.
from itertools import zip_longest


def ngram_counts(token_ids, n):
    counts = {}
    for *context, token in zip_longest(*(token_ids[s:] for s in range(n))):
        row = counts.setdefault(tuple(context), {})
        row[token] = row.get(token, 0) + 1
    return counts
