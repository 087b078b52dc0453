# wrong: rightmost_match
# Later matches overwrite the first.
import torch


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    ids = input_ids[0].tolist()
    for size in range(min(max_ngram_size, len(ids) - 1), 0, -1):
        follows = None
        for end in range(size, len(ids)):
            if ids[end - size : end] == ids[-size:]:
                follows = ids[end : end + num_tokens]
        if follows:
            return torch.tensor(follows)
    return torch.empty(0, dtype=torch.long)
