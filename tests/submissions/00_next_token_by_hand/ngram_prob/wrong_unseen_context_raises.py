# wrong: raised
# The row is looked up with brackets, and an unseen context has none.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts[context]
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
