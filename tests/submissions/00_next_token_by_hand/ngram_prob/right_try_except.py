# right: an unseen context answered by an exception, in the form count/(total + kV) + k/(total + kV)


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    try:
        row = counts[context]
    except KeyError:
        return 1 / vocab_size
    denominator = sum(row.values()) + k * vocab_size
    seen = row[token] / denominator if token in row else 0.0
    return seen + k / denominator
