# wrong: input_changed
# The caller's list is consumed while counting.


def ngram_counts(token_ids, n):
    counts = {}
    while len(token_ids) >= n:
        row = counts.setdefault(tuple(token_ids[: n - 1]), {})
        token = token_ids[n - 1]
        row[token] = row.get(token, 0) + 1
        token_ids.pop(0)
    return counts
