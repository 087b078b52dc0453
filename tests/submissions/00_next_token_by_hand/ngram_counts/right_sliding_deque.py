# right: one pass with a deque that holds the last n-1 ids
from collections import deque


def ngram_counts(token_ids, n):
    counts = {}
    last = deque(maxlen=n - 1)
    for token in token_ids:
        if len(last) == n - 1:
            row = counts.setdefault(tuple(last), {})
            row[token] = row.get(token, 0) + 1
        last.append(token)
    return counts
