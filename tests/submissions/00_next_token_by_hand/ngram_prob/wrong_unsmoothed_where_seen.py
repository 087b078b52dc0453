# wrong: not_smoothed
# Smoothing is taken to be for unseen contexts alone.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context)
    if row is None:
        return 1 / vocab_size
    return row.get(token, 0) / sum(row.values())
