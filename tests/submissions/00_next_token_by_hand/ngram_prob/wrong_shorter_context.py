# wrong: backs_off
# An unseen context is taken to be replaced by the average over all contexts.


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    if context in counts:
        row = counts[context]
    else:
        row = {}
        for other in counts.values():
            for follower, count in other.items():
                row[follower] = row.get(follower, 0) + count
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
