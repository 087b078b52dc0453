# right: a boolean [B, V] mask of what has been seen
import torch


def repetition_penalty(input_ids, scores, penalty):
    seen = torch.zeros_like(scores, dtype=torch.bool).scatter(1, input_ids, True)
    punished = torch.where(scores > 0, scores / penalty, scores * penalty)
    return torch.where(seen, punished, scores)
