# right: the lower of quotient and product (the higher for a penalty below 1)
import torch


def repetition_penalty(input_ids, scores, penalty):
    out = scores.clone()
    pick = torch.minimum if penalty >= 1 else torch.maximum
    for b in range(scores.shape[0]):
        ids = input_ids[b].unique()
        out[b, ids] = pick(scores[b, ids] / penalty, scores[b, ids] * penalty)
    return out
