# wrong: once_is_not_penalised
# A token is punished from its second occurrence on.
import torch
import torch.nn.functional as F


def repetition_penalty(input_ids, scores, penalty):
    counts = F.one_hot(input_ids, scores.shape[-1]).sum(dim=1)
    punished = torch.where(scores < 0, scores * penalty, scores / penalty)
    return torch.where(counts > 1, punished, scores)
