# wrong: k_not_in_numerator
# 1 is added above, k for each token below.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return (row.get(token, 0) + 1) / (sum(row.values()) + k * vocab_size)
