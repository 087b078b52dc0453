# right: torch's pad_sequence on the left, mask from the lengths
import torch
from torch.nn.utils.rnn import pad_sequence


def left_pad(sequences, pad_token_id):
    rows = [torch.tensor(s, dtype=torch.long) for s in sequences]
    input_ids = pad_sequence(
        rows, batch_first=True, padding_value=pad_token_id, padding_side="left"
    )
    lengths = torch.tensor([len(s) for s in sequences])
    T = input_ids.shape[1]
    attention_mask = (torch.arange(T) >= T - lengths[:, None]).long()
    return input_ids, attention_mask
