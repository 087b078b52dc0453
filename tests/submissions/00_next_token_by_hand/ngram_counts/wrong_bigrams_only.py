# wrong: context_length
# Every model is taken to be a bigram model, whatever n says.


def ngram_counts(token_ids, n):
    counts = {}
    for previous, token in zip(token_ids, token_ids[1:], strict=False):
        row = counts.setdefault((previous,), {})
        row[token] = row.get(token, 0) + 1
    return counts
