# wrong: unigram_context
# Without a context there is taken to be nothing to count.


def ngram_counts(token_ids, n):
    counts = {}
    if n == 1:
        return counts
    for i in range(len(token_ids) - n + 1):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
