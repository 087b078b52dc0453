# wrong: seen_tokens_for_vocab_size
# k for each token that was seen after this context, not for the whole vocabulary.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    if context not in counts:
        return 1 / vocab_size
    row = counts[context]
    return (row.get(token, 0) + k) / (sum(row.values()) + k * len(row))
