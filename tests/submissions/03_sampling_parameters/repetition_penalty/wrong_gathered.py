# wrong: wrong_shape
# Only the punished scores are handed back.
import torch


def repetition_penalty(input_ids, scores, penalty):
    seen = scores.gather(1, input_ids)
    return torch.where(seen < 0, seen * penalty, seen / penalty)
