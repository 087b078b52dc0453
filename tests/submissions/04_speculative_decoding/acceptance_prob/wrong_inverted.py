# wrong: inverted_ratio
# q over p: the draft's favourites are kept, where they are to be thinned out.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    ratio = torch.where(p > 0, q / p, torch.ones_like(p))
    return ratio.clamp(max=1)
