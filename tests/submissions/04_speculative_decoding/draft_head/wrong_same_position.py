# wrong: not_shifted
# Each state is paired with the token that it has read already.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    following = embedding[input_ids[:-1]]
    return torch.cat([following, hidden], dim=-1) @ weight.T @ embedding.T
