# wrong: context_order_lost
# A sorted context, so that equal contexts are found.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        context = tuple(sorted(token_ids[i : i + n - 1]))
        row = counts.setdefault(context, {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
