# wrong: mask_missing
# The ids are taken to say by themselves where the padding is.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    ids = [[pad_token_id] * (T - len(s)) + list(s) for s in sequences]
    return torch.tensor(ids, dtype=torch.long)
