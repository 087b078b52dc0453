# wrong: wraps_around
# At the beginning the index is negative, and python counts from the end.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids)):
        context = tuple(token_ids[i - n + 1 + j] for j in range(n - 1))
        row = counts.setdefault(context, {})
        row[token_ids[i]] = row.get(token_ids[i], 0) + 1
    return counts
