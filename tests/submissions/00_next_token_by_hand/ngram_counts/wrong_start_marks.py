# wrong: padding_added
# n - 1 start marks are put before the text, as a language model's textbook does.


def ngram_counts(token_ids, n):
    padded = [0] * (n - 1) + list(token_ids)
    counts = {}
    for i in range(n - 1, len(padded)):
        row = counts.setdefault(tuple(padded[i - n + 1 : i]), {})
        row[padded[i]] = row.get(padded[i], 0) + 1
    return counts
