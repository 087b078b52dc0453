# wrong: counts_once
# The n-grams are put into a set first, which drops the repeats.


def ngram_counts(token_ids, n):
    counts = {}
    for gram in {tuple(token_ids[i : i + n]) for i in range(len(token_ids) - n + 1)}:
        row = counts.setdefault(gram[:-1], {})
        row[gram[-1]] = row.get(gram[-1], 0) + 1
    return counts
