# wrong: truncates
# The first sequence is taken to set the length, so longer ones are cut.
import torch


def left_pad(sequences, pad_token_id):
    T = len(sequences[0])
    rows = [list(s)[:T] for s in sequences]
    ids = [[pad_token_id] * (T - len(s)) + s for s in rows]
    mask = [[0] * (T - len(s)) + [1] * len(s) for s in rows]
    return torch.tensor(ids, dtype=torch.long), torch.tensor(mask, dtype=torch.long)
