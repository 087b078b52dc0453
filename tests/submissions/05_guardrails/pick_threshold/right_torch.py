# right: torch, all thresholds at once; a torch number
import torch


def pick_threshold(scores, labels, max_false_positive_rate):
    s = torch.tensor(scores, dtype=torch.float64)
    y = torch.tensor(labels).bool()
    candidates = torch.cat([s, torch.tensor([torch.inf], dtype=torch.float64)])
    flagged = s[None, :] >= candidates[:, None]
    rate = flagged[:, ~y].sum(dim=1) / (~y).sum()
    recall = flagged[:, y].sum(dim=1).double()
    recall[rate.double() > max_false_positive_rate + 1e-7] = -1.0
    return candidates[recall.argmax()]
