# wrong: counts_singletons
# n-grams that occur exactly once.
from collections import Counter


def distinct_n(texts, n):
    counts = Counter()
    for text in texts:
        words = text.split()
        counts.update(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
    once = sum(1 for c in counts.values() if c == 1)
    return once / sum(counts.values()) if counts else 0.0
