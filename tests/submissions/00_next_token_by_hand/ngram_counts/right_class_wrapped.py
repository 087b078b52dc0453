# right: a class with __call__, sorted n-grams grouped with groupby
from itertools import groupby


class NgramCounts:
    def __call__(self, token_ids, n):
        grams = sorted(tuple(token_ids[i : i + n]) for i in range(len(token_ids) - n + 1))
        counts = {}
        for context, group in groupby(grams, key=lambda gram: gram[:-1]):
            counts[context] = {
                token: len(list(same)) for token, same in groupby(gram[-1] for gram in group)
            }
        return counts


ngram_counts = NgramCounts()
