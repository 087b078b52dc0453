# right: windows by unfold, the first that matches
import torch


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    length = input_ids.shape[1]
    for size in range(min(max_ngram_size, length - 1), 0, -1):
        windows = input_ids[0, :-1].unfold(0, size, 1)
        found = (windows == input_ids[0, -size:]).all(dim=1).nonzero()
        if len(found):
            start = found[0].item() + size
            return input_ids[0, start : start + num_tokens].clone()
    return torch.empty(0, dtype=torch.long)
