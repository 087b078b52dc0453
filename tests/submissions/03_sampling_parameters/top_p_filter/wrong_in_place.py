# wrong: input_changed
# An indexed assignment writes into the caller's tensor.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, :min_tokens_to_keep] = False
    scores[remove.scatter(-1, ids, remove)] = float("-inf")
    return scores
