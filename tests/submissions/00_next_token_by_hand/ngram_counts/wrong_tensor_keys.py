# wrong: wrong_type
# Tensor elements are used as keys: each is an object of its own, so nothing is ever seen twice.
import torch


def ngram_counts(token_ids, n):
    ids = torch.tensor(token_ids)
    counts = {}
    for i in range(len(ids) - n + 1):
        row = counts.setdefault(tuple(ids[i : i + n - 1]), {})
        row[ids[i + n - 1]] = row.get(ids[i + n - 1], 0) + 1
    return counts
