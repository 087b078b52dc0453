# right: a sliding deque, the share as a torch scalar
from collections import deque

import torch


def distinct_n(texts, n):
    seen, total = set(), 0
    for text in texts:
        window = deque(maxlen=n)
        for word in text.split():
            window.append(word)
            if len(window) == n:
                seen.add(tuple(window))
                total += 1
    return torch.tensor(len(seen) / total if total else 0.0)
