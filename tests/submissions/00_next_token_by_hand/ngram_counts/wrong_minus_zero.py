# wrong: unigram_context
# history[-(n - 1):] is taken to be empty for n = 1; [-0:] is everything.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(n - 1, len(token_ids)):
        context = tuple(token_ids[:i][-(n - 1) :])
        row = counts.setdefault(context, {})
        row[token_ids[i]] = row.get(token_ids[i], 0) + 1
    return counts
