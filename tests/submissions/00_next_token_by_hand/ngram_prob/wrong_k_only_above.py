# wrong: k_not_in_denominator
# k is added to the count; below, each token is taken to have got 1.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + vocab_size)
