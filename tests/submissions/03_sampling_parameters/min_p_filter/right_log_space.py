# right: no softmax: a distance of log(min_p) from the best score
import torch


def min_p_filter(scores, min_p):
    gap = (scores - scores.amax(dim=-1, keepdim=True)).double()
    keep = gap >= torch.tensor(min_p, dtype=torch.float64).log()
    return torch.where(keep, scores, -torch.inf)
