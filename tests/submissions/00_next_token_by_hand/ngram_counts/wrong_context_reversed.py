# wrong: context_reversed
# The context is collected walking back from the token, and stays in that order.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(n - 1, len(token_ids)):
        context = tuple(token_ids[i - back] for back in range(1, n))
        row = counts.setdefault(context, {})
        row[token_ids[i]] = row.get(token_ids[i], 0) + 1
    return counts
