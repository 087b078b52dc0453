# wrong: truncates
# Rows are made one length by cutting them all to the shortest.
import torch


def left_pad(sequences, pad_token_id):
    T = min(len(s) for s in sequences)
    ids = torch.tensor([s[len(s) - T:] for s in sequences], dtype=torch.long)
    return ids, torch.ones_like(ids)
