# right: as a mixture of the plain frequency and the uniform distribution


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts[context] if context in counts else {}
    total = sum(row.values())
    weight = total / (total + k * vocab_size)
    frequency = row.get(token, 0) / total if total else 0.0
    return weight * frequency + (1 - weight) / vocab_size
