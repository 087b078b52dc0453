# wrong: raised
# A slice of a list is taken for a key; lists cannot be hashed.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        context = token_ids[i : i + n - 1]
        if context not in counts:
            counts[context] = {}
        token = token_ids[i + n - 1]
        counts[context][token] = counts[context].get(token, 0) + 1
    return counts
