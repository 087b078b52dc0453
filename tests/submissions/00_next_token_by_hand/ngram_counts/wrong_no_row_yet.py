# wrong: raised
# A plain dict is taken to make missing rows by itself.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        counts[tuple(token_ids[i : i + n - 1])][token_ids[i + n - 1]] += 1
    return counts
