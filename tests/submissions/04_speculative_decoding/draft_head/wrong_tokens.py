# wrong: wrong_dtype
# The favourites, already chosen.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    following = embedding[input_ids[1:]]
    logits = torch.cat([following, hidden], dim=-1) @ weight.T @ embedding.T
    return torch.nn.functional.one_hot(logits.argmax(dim=-1), len(embedding))
