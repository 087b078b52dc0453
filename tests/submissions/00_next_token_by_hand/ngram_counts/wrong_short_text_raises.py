# wrong: raised
# A text shorter than n is taken for an error; it has no n-grams, so its table is empty.


def ngram_counts(token_ids, n):
    if len(token_ids) < n:
        raise ValueError("the text is shorter than n")
    counts = {}
    for i in range(len(token_ids) - n + 1):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
