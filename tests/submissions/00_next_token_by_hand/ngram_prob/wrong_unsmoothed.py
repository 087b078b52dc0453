# wrong: not_smoothed
# The plain relative frequency; what was not seen gets 0.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    total = sum(row.values())
    return row.get(token, 0) / total if total else 0.0
