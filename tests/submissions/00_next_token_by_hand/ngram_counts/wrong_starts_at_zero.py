# wrong: first_sight_not_counted
# The first time an n-gram is seen, its entry is made with 0.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        if token in row:
            row[token] += 1
        else:
            row[token] = 0
    return counts
