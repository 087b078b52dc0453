# wrong: state_shared
# A dict as a default argument is taken to be new for every call.


def ngram_counts(token_ids, n, counts={}):
    for i in range(len(token_ids) - n + 1):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
