# wrong: k_not_in_denominator
# Below, k is added once, not once for every token of the vocabulary.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k)
