# wrong: context_not_a_tuple
# One id is taken to be as good as a tuple of one id.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        context = tuple(token_ids[i : i + n - 1])
        if len(context) == 1:
            context = context[0]
        row = counts.setdefault(context, {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
