# right: the entropy by torch.special.entr, no sort: mass of all closer tokens
import torch


def typical_filter(scores, typical_p):
    probs = torch.softmax(scores.double(), dim=-1)
    entropy = torch.special.entr(probs).sum(dim=-1, keepdim=True)
    gap = (probs.log() + entropy).abs()
    closer = gap[:, None, :] < gap[:, :, None]
    before = (closer * probs[:, None, :]).sum(dim=-1)
    return torch.where(before < typical_p, scores, -torch.inf)
