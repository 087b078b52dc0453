# wrong: raised
# The loop goes over every token, and there is nothing behind the last one.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids)):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
