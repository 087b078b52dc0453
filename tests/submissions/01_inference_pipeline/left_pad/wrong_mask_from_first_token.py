# wrong: mask_from_ids
# The row is taken to start at its first token that is not the pad id.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    ids = [[pad_token_id] * (T - len(s)) + list(s) for s in sequences]
    input_ids = torch.tensor(ids, dtype=torch.long)
    started = (input_ids != pad_token_id).cumsum(dim=1) > 0
    return input_ids, started.long()
