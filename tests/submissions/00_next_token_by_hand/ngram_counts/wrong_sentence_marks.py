# wrong: padding_added
# A beginning and an end mark of its own, which are the caller's to give.


def ngram_counts(token_ids, n):
    marked = [-1] * (n - 1) + list(token_ids) + [-2]
    counts = {}
    for i in range(len(marked) - n + 1):
        row = counts.setdefault(tuple(marked[i : i + n - 1]), {})
        row[marked[i + n - 1]] = row.get(marked[i + n - 1], 0) + 1
    return counts
