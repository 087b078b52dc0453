# wrong: followers_overwritten
# A context that comes again gets a new table, and the earlier followers are lost.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        context, token = tuple(token_ids[i : i + n - 1]), token_ids[i + n - 1]
        counts[context] = {token: counts.get(context, {}).get(token, 0) + 1}
    return counts
