# wrong: ties_by_higher_id
# Pairs (p, id) sorted in reverse: so are the ids of equal p.
import torch


def cumulative_table(probs):
    pairs = sorted(((p, i) for i, p in enumerate(probs.tolist())), reverse=True)
    token_ids = torch.tensor([i for _, i in pairs])
    cumulative = probs[token_ids].cumsum(dim=0)
    cumulative[-1] = 1.0
    return token_ids, cumulative
