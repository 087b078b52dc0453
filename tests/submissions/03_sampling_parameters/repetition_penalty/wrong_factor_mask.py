# wrong: nan_from_minus_inf
# Masks are multiplied in: 0 * -inf is no number.
import torch


def repetition_penalty(input_ids, scores, penalty):
    seen = torch.zeros_like(scores).scatter(1, input_ids, 1.0)
    punished = torch.where(scores < 0, scores * penalty, scores / penalty)
    return seen * punished + (1 - seen) * scores
