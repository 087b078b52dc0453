# wrong: wrong_type
# The distribution over the whole vocabulary instead of one probability.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    total = sum(row.values())
    return [(row.get(t, 0) + k) / (total + k * vocab_size) for t in range(vocab_size)]
