# wrong: context_after_token
# The first id of the window is predicted from those behind it.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        token, *context = token_ids[i : i + n]
        row = counts.setdefault(tuple(context), {})
        row[token] = row.get(token, 0) + 1
    return counts
