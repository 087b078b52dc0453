# right: one-hot counts clamped to 1, a factor per token
import torch
import torch.nn.functional as F


def repetition_penalty(input_ids, scores, penalty):
    counts = F.one_hot(input_ids, scores.shape[-1]).sum(dim=1)
    sign = torch.sign(scores.float())
    exponent = -sign * counts.clamp(max=1)
    factor = torch.pow(torch.tensor(float(penalty)), exponent)
    return (scores * factor).to(scores.dtype)
