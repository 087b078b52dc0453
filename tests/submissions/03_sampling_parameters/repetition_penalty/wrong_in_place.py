# wrong: input_changed
# scatter_ writes into the caller's tensor.
import torch


def repetition_penalty(input_ids, scores, penalty):
    seen = scores.gather(1, input_ids)
    punished = torch.where(seen < 0, seen * penalty, seen / penalty)
    return scores.scatter_(1, input_ids, punished)
