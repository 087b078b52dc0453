# wrong: wrong_pad_id
# 0 is taken to be the pad id, because a tensor of zeros is at hand.
import torch


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    input_ids = torch.zeros(len(sequences), T, dtype=torch.long)
    attention_mask = torch.zeros_like(input_ids)
    for b, seq in enumerate(sequences):
        input_ids[b, T - len(seq):] = torch.tensor(seq, dtype=torch.long)
        attention_mask[b, T - len(seq):] = 1
    return input_ids, attention_mask
