# wrong: short_contexts
# The first tokens are counted too, with as much context as there is.


def ngram_counts(token_ids, n):
    counts = {}
    for i, token in enumerate(token_ids):
        context = tuple(token_ids[max(0, i - n + 1) : i])
        row = counts.setdefault(context, {})
        row[token] = row.get(token, 0) + 1
    return counts
