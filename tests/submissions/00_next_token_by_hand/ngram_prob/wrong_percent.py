# wrong: percentages
# A probability in percent.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return 100 * (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
