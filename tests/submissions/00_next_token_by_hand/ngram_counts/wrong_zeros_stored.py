# wrong: context_without_next
# Every row has an entry for every token of the text, most of them 0.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        context = tuple(token_ids[i : i + n - 1])
        row = counts.setdefault(context, dict.fromkeys(token_ids, 0))
        row[token_ids[i + n - 1]] += 1
    return counts
