# wrong: not_shifted
# As many ids as there are states, from the front.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    following = embedding[input_ids[: len(hidden)]]
    return torch.cat([following, hidden], dim=-1) @ weight.T @ embedding.T
