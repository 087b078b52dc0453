# wrong: context_without_next
# The last n - 1 tokens get a row too, though nothing follows them.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 2):
        context = tuple(token_ids[i : i + n - 1])
        row = counts.setdefault(context, {})
        if i + n - 1 < len(token_ids):
            token = token_ids[i + n - 1]
            row[token] = row.get(token, 0) + 1
    return counts
