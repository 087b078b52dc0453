# wrong: distinct_for_total
# The length of the row for the number of times that the context was seen.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (len(row) + k * vocab_size)
