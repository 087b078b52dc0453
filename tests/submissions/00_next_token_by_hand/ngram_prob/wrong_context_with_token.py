# wrong: key_is_whole_ngram
# The table is asked for the context with the token at its end, which is no key of it.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    count = counts.get((*context, token), 0)
    total = sum(counts.get(context, {}).values())
    return (count + k) / (total + k * vocab_size)
