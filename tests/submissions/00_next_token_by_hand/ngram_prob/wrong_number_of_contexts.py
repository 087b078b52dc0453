# wrong: seen_tokens_for_vocab_size
# len(counts), the number of contexts, for the size of the vocabulary.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k * max(1, len(counts)))
