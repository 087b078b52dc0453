# wrong: k_fixed_at_one
# Counts are whole numbers, so k is made one (at least 1).


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    k = max(1, int(k))
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
