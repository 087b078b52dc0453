# wrong: added_not_concatenated
# The sum in both halves.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    both = embedding[input_ids[1:]] + hidden
    return torch.cat([both, both], dim=-1) @ weight.T @ embedding.T
