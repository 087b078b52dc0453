# wrong: survivors_changed
# The survivors come back as probabilities that sum to 1.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    remove = probs.cumsum(dim=-1) - probs >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = remove.scatter(-1, ids, remove)
    kept = scores.masked_fill(remove, float("-inf")).softmax(dim=-1)
    return kept.masked_fill(remove, float("-inf"))
