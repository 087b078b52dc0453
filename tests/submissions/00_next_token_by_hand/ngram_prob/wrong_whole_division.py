# wrong: rounded
# // is taken for a division.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return float((row.get(token, 0) + k) // (sum(row.values()) + k * vocab_size))
