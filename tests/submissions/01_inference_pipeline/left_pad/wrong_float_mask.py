# wrong: wrong_dtype
# torch.ones and torch.zeros are taken to make whole numbers.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    ids = [[pad_token_id] * (T - len(s)) + list(s) for s in sequences]
    mask = torch.zeros(len(sequences), T)
    for b, s in enumerate(sequences):
        mask[b, T - len(s):] = torch.ones(len(s))
    return torch.tensor(ids, dtype=torch.long), mask
