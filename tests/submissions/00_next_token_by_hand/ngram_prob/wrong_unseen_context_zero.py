# wrong: unseen_context
# A context that was never seen is taken to be followed by nothing.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    if context not in counts:
        return 0.0
    row = counts[context]
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
