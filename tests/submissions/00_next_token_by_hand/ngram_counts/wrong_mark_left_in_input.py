# wrong: input_changed
# Marks are appended to the caller's list and the last one is left there.


def ngram_counts(token_ids, n):
    token_ids.append(None)
    counts = {}
    for i in range(len(token_ids) - n):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
