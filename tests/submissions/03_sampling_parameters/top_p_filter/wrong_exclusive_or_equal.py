# wrong: boundary_token_kept
# <= lets one more in after p has been reached.
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    ranked, ids = torch.sort(scores, dim=-1, descending=True)
    probs = ranked.float().softmax(dim=-1)
    keep = probs.cumsum(dim=-1) - probs <= top_p
    keep[:, 1:] &= torch.tensor(top_p > 0)
    keep[:, :min_tokens_to_keep] = True
    keep = keep.scatter(-1, ids, keep)
    return scores.masked_fill(~keep, float("-inf"))
