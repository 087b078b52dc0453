# wrong: weight_reshaped
# The weight gets the shape that fits, not its transpose.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    following = embedding[input_ids[1:]]
    both = torch.cat([following, hidden], dim=-1)
    return both @ weight.reshape(both.shape[1], -1) @ embedding.T
