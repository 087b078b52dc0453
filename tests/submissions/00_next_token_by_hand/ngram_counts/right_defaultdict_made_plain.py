# right: a defaultdict of Counters, turned into plain dicts at the end
from collections import Counter, defaultdict


def ngram_counts(token_ids, n):
    table = defaultdict(Counter)
    for end in range(n, len(token_ids) + 1):
        gram = tuple(token_ids[end - n : end])
        table[gram[:-1]][gram[-1]] += 1
    return {context: dict(counter) for context, counter in table.items()}
