# wrong: concatenated_in_reverse
# The state first, then the token.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    following = embedding[input_ids[1:]]
    return torch.cat([hidden, following], dim=-1) @ weight.T @ embedding.T
