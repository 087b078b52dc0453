# wrong: wraps_around
# The index is taken modulo the length, so the text goes on with its beginning.


def ngram_counts(token_ids, n):
    T = len(token_ids)
    counts = {}
    for i in range(T):
        context = tuple(token_ids[(i + j) % T] for j in range(n - 1))
        token = token_ids[(i + n - 1) % T]
        row = counts.setdefault(context, {})
        row[token] = row.get(token, 0) + 1
    return counts
