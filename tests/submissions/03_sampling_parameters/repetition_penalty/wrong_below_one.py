# wrong: small_penalty_ignored
# A penalty of 1 or less is taken to mean "off".
import torch


def repetition_penalty(input_ids, scores, penalty):
    if penalty <= 1:
        return scores
    seen = scores.gather(1, input_ids)
    punished = torch.where(seen < 0, seen * penalty, seen / penalty)
    return scores.scatter(1, input_ids, punished)
