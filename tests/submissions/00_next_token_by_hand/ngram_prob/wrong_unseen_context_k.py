# wrong: unseen_context
# Without a row, the denominator is taken to be the size of the vocabulary alone.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    if context not in counts:
        return k / vocab_size
    row = counts[context]
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
