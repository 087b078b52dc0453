# wrong: raised
# row[-n:] is taken to be the last n entries also for n = 0.
import torch


def left_pad(sequences, pad_token_id):
    B, T = len(sequences), max(map(len, sequences))
    input_ids = torch.full((B, T), pad_token_id)
    attention_mask = torch.zeros(B, T, dtype=torch.long)
    for b, seq in enumerate(sequences):
        input_ids[b, -len(seq):] = torch.tensor(seq)
        attention_mask[b, -len(seq):] = 1
    return input_ids, attention_mask
