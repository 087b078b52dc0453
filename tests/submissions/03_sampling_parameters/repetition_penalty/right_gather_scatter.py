# right: gather, where, scatter: writing one value twice does no harm
import torch


def repetition_penalty(input_ids, scores, penalty):
    seen = scores.gather(1, input_ids)
    punished = torch.where(seen < 0, seen * penalty, seen / penalty)
    return scores.scatter(1, input_ids, punished)
