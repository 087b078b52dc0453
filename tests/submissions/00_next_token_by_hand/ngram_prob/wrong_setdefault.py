# wrong: input_changed
# setdefault adds an empty row to the caller's table for every context that is asked for.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.setdefault(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
