# right: the formula in three lines, get with defaults


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    total = sum(row.values())
    return (row.get(token, 0) + k) / (total + k * vocab_size)
