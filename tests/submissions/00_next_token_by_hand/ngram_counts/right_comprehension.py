# right: comprehensions, the counting done by list.count
from itertools import islice


def ngram_counts(token_ids, n):
    grams = list(zip(*[islice(token_ids, s, None) for s in range(n)]))
    followers = {}
    for gram in grams:
        followers[gram[:-1]] = followers.get(gram[:-1], []) + [gram[-1]]
    return {
        context: {token: tokens.count(token) for token in set(tokens)}
        for context, tokens in followers.items()
    }
