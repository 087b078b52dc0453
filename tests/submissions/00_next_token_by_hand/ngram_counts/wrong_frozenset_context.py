# wrong: context_not_a_tuple
# A frozenset is a hashable collection too, but forgets order and repeats.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        row = counts.setdefault(frozenset(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return counts
