# wrong: raised
# k has lost its default.


def ngram_prob(counts, context, token, vocab_size, k):
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
