# wrong: counts_once
# What was seen gets a 1, however often it was seen.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        counts.setdefault(tuple(token_ids[i : i + n - 1]), {})[token_ids[i + n - 1]] = 1
    return counts
