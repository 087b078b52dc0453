# wrong: embedding_missing
# The state stands in both halves.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    return torch.cat([hidden, hidden], dim=-1) @ weight.T @ embedding.T
