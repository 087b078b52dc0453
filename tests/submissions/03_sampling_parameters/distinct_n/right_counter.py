# right: a Counter over zipped shifts
from collections import Counter


def distinct_n(texts, n):
    counts = Counter()
    for text in texts:
        words = text.split()
        counts.update(zip(*(words[i:] for i in range(n))))
    total = sum(counts.values())
    return len(counts) / total if total else 0.0
