# wrong: input_changed
# k is added to the caller's counts themselves.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    total = sum(row.values())
    row[token] = row.get(token, 0) + k
    return row[token] / (total + k * vocab_size)
