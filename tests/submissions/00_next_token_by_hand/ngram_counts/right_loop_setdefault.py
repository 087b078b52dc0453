# right: a loop over positions, setdefault and get


def ngram_counts(token_ids, n):
    counts = {}
    for i in range(len(token_ids) - n + 1):
        context = tuple(token_ids[i : i + n - 1])
        following = counts.setdefault(context, {})
        token = token_ids[i + n - 1]
        following[token] = following.get(token, 0) + 1
    return counts
