# wrong: input_changed
# The padding is inserted into the caller's own lists.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    mask = [[0] * (T - len(s)) + [1] * len(s) for s in sequences]
    for s in sequences:
        while len(s) < T:
            s.insert(0, pad_token_id)
    ids = torch.tensor(sequences, dtype=torch.long)
    return ids, torch.tensor(mask, dtype=torch.long)
