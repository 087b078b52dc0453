# wrong: unigram_context
# `if context` is taken to ask whether the context was seen; () is false.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {}) if context else {}
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
