# right: full tensors, each row's end written in place, boolean mask
import torch


def left_pad(sequences, pad_token_id):
    B, T = len(sequences), max(map(len, sequences))
    input_ids = torch.full((B, T), pad_token_id)
    attention_mask = torch.zeros(B, T, dtype=torch.bool)
    for b, seq in enumerate(sequences):
        if seq:
            input_ids[b, -len(seq):] = torch.tensor(seq)
            attention_mask[b, -len(seq):] = True
    return input_ids, attention_mask
