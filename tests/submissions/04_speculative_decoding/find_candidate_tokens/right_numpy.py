# right: numpy's sliding windows
import numpy as np
import torch


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    ids = input_ids.numpy()[0]
    for size in range(min(max_ngram_size, len(ids) - 1), 0, -1):
        windows = np.lib.stride_tricks.sliding_window_view(ids[:-1], size)
        match = (windows == ids[-size:]).all(axis=1)
        if match.any():
            start = match.argmax() + size
            return torch.from_numpy(ids[start : start + num_tokens].copy())
    return input_ids[0, :0]
