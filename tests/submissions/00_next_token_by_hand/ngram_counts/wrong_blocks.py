# wrong: windows_do_not_overlap
# The text is cut into blocks of n.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(0, len(token_ids) - n + 1, n):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
