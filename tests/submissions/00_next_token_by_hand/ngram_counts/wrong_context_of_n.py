# wrong: context_length
# An n-gram model is taken to look at n earlier tokens.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n):
        row = counts.setdefault(tuple(token_ids[i : i + n]), {})
        row[token_ids[i + n]] = row.get(token_ids[i + n], 0) + 1
    return counts
