# wrong: seen_tokens_for_vocab_size
# The vocabulary is taken to be what occurs in the table.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    seen = {follower for row in counts.values() for follower in row} or {token}
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k * len(seen))
