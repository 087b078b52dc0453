# right: python lists and slices
import torch


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    ids = input_ids[0].tolist()
    for size in range(max_ngram_size, 0, -1):
        for start in range(len(ids) - size):
            if ids[start : start + size] == ids[-size:]:
                return torch.tensor(ids[start + size :][:num_tokens])
    return torch.tensor([], dtype=torch.long)
