# wrong: total_of_all_contexts
# The total is taken over all contexts: a joint probability, nearly.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    total = sum(sum(row.values()) for row in counts.values())
    return (counts.get(context, {}).get(token, 0) + k) / (total + k * vocab_size)
