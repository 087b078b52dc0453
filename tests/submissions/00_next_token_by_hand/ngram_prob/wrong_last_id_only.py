# wrong: raised
# context[-1] is taken to exist; for n = 1 there is no context.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = {}
    for other, followers in counts.items():
        if other[-1] == context[-1] and other == context:
            row = followers
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
