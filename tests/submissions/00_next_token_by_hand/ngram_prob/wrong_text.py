# wrong: wrong_type
# The probability as a text to read.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return f"{(row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size):.3f}"
