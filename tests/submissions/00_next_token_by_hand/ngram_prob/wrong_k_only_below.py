# wrong: k_not_in_numerator
# The denominator grows, the count does not.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return row.get(token, 0) / (sum(row.values()) + k * vocab_size)
