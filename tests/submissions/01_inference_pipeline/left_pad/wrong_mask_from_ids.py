# wrong: mask_from_ids
# Every token with the pad id is taken to be padding, also a real one.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    ids = [[pad_token_id] * (T - len(s)) + list(s) for s in sequences]
    input_ids = torch.tensor(ids, dtype=torch.long)
    attention_mask = (input_ids != pad_token_id).long()
    return input_ids, attention_mask
