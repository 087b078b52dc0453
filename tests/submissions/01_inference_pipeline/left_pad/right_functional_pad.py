# right: pads every row and its ones with functional.pad, then stacks
import torch
import torch.nn.functional as F


def left_pad(sequences, pad_token_id):
    longest = 0
    for s in sequences:
        longest = max(longest, len(s))
    ids, masks = [], []
    for s in sequences:
        missing = longest - len(s)
        row = torch.LongTensor(s)
        ids.append(F.pad(row, (missing, 0), value=pad_token_id))
        masks.append(F.pad(torch.ones_like(row), (missing, 0), value=0))
    return torch.stack(ids), torch.stack(masks)
