# wrong: unigram_context
# Without a context, None is taken to be the key.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        context = tuple(token_ids[i : i + n - 1]) or None
        row = counts.setdefault(context, {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
