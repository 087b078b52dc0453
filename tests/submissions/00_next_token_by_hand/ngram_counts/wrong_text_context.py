# wrong: context_not_a_tuple
# Lists cannot be keys, so the context is written as text.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        context = str(token_ids[i : i + n - 1])
        row = counts.setdefault(context, {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
