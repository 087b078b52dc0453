# wrong: last_token_only
# Only the newest token is punished.
import torch


def repetition_penalty(input_ids, scores, penalty):
    last = input_ids[:, -1:]
    seen = scores.gather(1, last)
    punished = torch.where(seen < 0, seen * penalty, seen / penalty)
    return scores.scatter(1, last, punished)
