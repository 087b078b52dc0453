# wrong: rows_mixed
# The tokens of all rows are punished in each.
import torch


def repetition_penalty(input_ids, scores, penalty):
    ids = input_ids.unique()
    out = scores.clone()
    seen = scores[:, ids]
    out[:, ids] = torch.where(seen < 0, seen * penalty, seen / penalty)
    return out
