# wrong: backs_off
# For an unseen context, rows whose context ends in the same id are used.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = dict(counts.get(context, {}))
    if not row and context:
        for other, followers in counts.items():
            if other[-1] == context[-1]:
                for follower, count in followers.items():
                    row[follower] = row.get(follower, 0) + count
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
