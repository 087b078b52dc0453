# wrong: probabilities_returned
# Log-probabilities.
import torch


def draft_head(hidden, input_ids, embedding, weight):
    following = embedding[input_ids[1:]]
    logits = torch.cat([following, hidden], dim=-1) @ weight.T @ embedding.T
    return torch.log_softmax(logits, dim=-1)
