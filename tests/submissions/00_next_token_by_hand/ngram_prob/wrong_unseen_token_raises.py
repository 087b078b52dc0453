# wrong: raised
# The count is looked up with brackets, and an unseen token has none.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    if context not in counts:
        return 1 / vocab_size
    row = counts[context]
    return (row[token] + k) / (sum(row.values()) + k * vocab_size)
