# wrong: flat_counts
# The key is the pair (context, next id) instead of a table in a table.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        key = (tuple(token_ids[i : i + n - 1]), token_ids[i + n - 1])
        counts[key] = counts.get(key, 0) + 1
    return counts
