# right: a mask of bools
import torch


def left_pad(sequences, pad_token_id):
    width = max(map(len, sequences))
    lengths = torch.tensor([len(row) for row in sequences])
    mask = torch.arange(width)[None, :] >= (width - lengths)[:, None]
    ids = torch.full((len(sequences), width), pad_token_id)
    ids[mask] = torch.tensor([token for row in sequences for token in row])
    return ids, mask
