# wrong: last_ngram_missing
# range(len - n) is taken to reach the last n-gram.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
