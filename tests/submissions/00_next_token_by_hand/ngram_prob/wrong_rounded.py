# wrong: rounded
# Four digits are taken to be enough; small probabilities become 0.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return round((row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size), 4)
