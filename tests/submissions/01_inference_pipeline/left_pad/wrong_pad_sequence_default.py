# wrong: pads_on_the_right
# pad_sequence is taken to pad on the left by default.
import torch
from torch.nn.utils.rnn import pad_sequence


def left_pad(sequences, pad_token_id):
    rows = [torch.tensor(s, dtype=torch.long) for s in sequences]
    ones = [torch.ones_like(r) for r in rows]
    ids = pad_sequence(rows, batch_first=True, padding_value=pad_token_id)
    mask = pad_sequence(ones, batch_first=True, padding_value=0)
    return ids, mask
