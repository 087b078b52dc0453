# wrong: first_ngram_missing
# The first token that can be predicted is taken to be number n, counted from 0.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(n, len(token_ids)):
        row = counts.setdefault(tuple(token_ids[i - n + 1 : i]), {})
        row[token_ids[i]] = row.get(token_ids[i], 0) + 1
    return counts
