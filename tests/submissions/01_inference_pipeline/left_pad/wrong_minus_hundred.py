# wrong: wrong_pad_id
# The label that a loss ignores is taken for a pad id.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    ids = [[-100] * (T - len(s)) + list(s) for s in sequences]
    mask = [[0] * (T - len(s)) + [1] * len(s) for s in sequences]
    return torch.tensor(ids, dtype=torch.long), torch.tensor(mask, dtype=torch.long)
