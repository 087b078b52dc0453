# wrong: precedence
# The parentheses are missing: only k is divided.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return row.get(token, 0) + k / (sum(row.values()) + k * vocab_size)
