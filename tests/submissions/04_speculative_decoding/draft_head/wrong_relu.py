# wrong: wrong_value
# An activation that is not in the head.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    following = embedding[input_ids[1:]]
    state = torch.cat([following, hidden], dim=-1) @ weight.T
    return state.relu() @ embedding.T
