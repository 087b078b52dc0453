# wrong: short_contexts
# A table for backing off: every order from 1 to n in one dict.


def ngram_counts(token_ids, n):
    counts = {}
    for order in range(1, n + 1):
        for i in range(len(token_ids) - order + 1):
            row = counts.setdefault(tuple(token_ids[i : i + order - 1]), {})
            token = token_ids[i + order - 1]
            row[token] = row.get(token, 0) + 1
    return counts
