# right: try and except instead of defaults, on a copy that is consumed from the end


def ngram_counts(token_ids, n):
    rest = list(token_ids)
    counts = {}
    while len(rest) >= n:
        context = tuple(rest[len(rest) - n : len(rest) - 1])
        token = rest.pop()
        try:
            counts[context][token] += 1
        except KeyError:
            if context in counts:
                counts[context][token] = 1
            else:
                counts[context] = {token: 1}
    return counts
