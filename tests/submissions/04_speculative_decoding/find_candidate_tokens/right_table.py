# right: a table of first occurrences for each size
import torch


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    ids = tuple(input_ids.squeeze(0).tolist())
    follows = []
    for size in reversed(range(1, max_ngram_size + 1)):
        first = {}
        for end in range(size, len(ids)):
            first.setdefault(ids[end - size : end], end)
        end = first.get(ids[-size:]) if size < len(ids) else None
        if end is not None:
            follows = ids[end : end + num_tokens]
            break
    return torch.tensor(follows, dtype=torch.int64)
