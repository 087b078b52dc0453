# wrong: mask_inverted
# The mask is taken to mark what has to be hidden.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    ids = [[pad_token_id] * (T - len(s)) + list(s) for s in sequences]
    mask = [[1] * (T - len(s)) + [0] * len(s) for s in sequences]
    return torch.tensor(ids, dtype=torch.long), torch.tensor(mask, dtype=torch.long)
