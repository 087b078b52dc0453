# wrong: relative_frequencies
# The rows are normalised, as if probabilities had been asked for.


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        row = counts.setdefault(tuple(token_ids[i : i + n - 1]), {})
        token = token_ids[i + n - 1]
        row[token] = row.get(token, 0) + 1
    return {
        context: {token: count / sum(row.values()) for token, count in row.items()}
        for context, row in counts.items()
    }
