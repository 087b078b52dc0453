# wrong: positions_added
# A number for the place in the sequence is mixed in.
import torch


def embed(table, input_ids):
    place = torch.arange(input_ids.shape[1])[None, :, None]
    return table[input_ids] + place.to(table.dtype)
