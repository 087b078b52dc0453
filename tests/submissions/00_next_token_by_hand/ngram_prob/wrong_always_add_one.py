# wrong: k_fixed_at_one
# Add-one smoothing, whatever k says.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return (row.get(token, 0) + 1) / (sum(row.values()) + vocab_size)
