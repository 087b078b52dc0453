# wrong: output_matrix_missing
# The new state, not yet the logits.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    following = embedding[input_ids[1:]]
    return torch.cat([following, hidden], dim=-1) @ weight.T
