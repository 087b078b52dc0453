# wrong: pads_on_the_right
# Padding goes behind the text, where a new token would have to come.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    ids = [list(s) + [pad_token_id] * (T - len(s)) for s in sequences]
    mask = [[1] * len(s) + [0] * (T - len(s)) for s in sequences]
    return torch.tensor(ids, dtype=torch.long), torch.tensor(mask, dtype=torch.long)
