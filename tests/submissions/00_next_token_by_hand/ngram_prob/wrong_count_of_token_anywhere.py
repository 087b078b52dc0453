# wrong: context_ignored
# Count and total are those of the token after any context.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    count = sum(row.get(token, 0) for row in counts.values())
    total = sum(sum(row.values()) for row in counts.values())
    return (count + k) / (total + k * vocab_size)
