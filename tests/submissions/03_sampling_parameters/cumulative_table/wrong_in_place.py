# wrong: input_changed
# cumsum_ on the caller's tensor.
import torch


def cumulative_table(probs):
    token_ids = torch.argsort(probs, descending=True, stable=True)
    probs.copy_(probs[token_ids].cumsum(dim=0))
    probs[-1] = 1.0
    return token_ids, probs
