# wrong: only_unseen_smoothed
# What was seen keeps its frequency, so the whole is more than 1.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    total = sum(row.values())
    if token in row:
        return row[token] / total
    return k / (total + k * vocab_size)
