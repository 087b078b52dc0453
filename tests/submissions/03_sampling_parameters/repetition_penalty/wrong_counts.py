# wrong: applied_per_occurrence
# The penalty is raised to the number of occurrences.
import torch
import torch.nn.functional as F


def repetition_penalty(input_ids, scores, penalty):
    counts = F.one_hot(input_ids, scores.shape[-1]).sum(dim=1)
    factor = torch.tensor(float(penalty)) ** counts
    out = torch.where(scores > 0, scores / factor, scores * factor)
    return out.to(scores.dtype)
