# wrong: default_k
# A small default is taken to be better than 1.


def ngram_prob(counts, context, token, vocab_size, k=0.1):
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
