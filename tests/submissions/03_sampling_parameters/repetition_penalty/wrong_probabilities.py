# wrong: survivors_changed
# Works on log-probabilities and returns them.
import torch


def repetition_penalty(input_ids, scores, penalty):
    logs = torch.log_softmax(scores, dim=-1)
    seen = logs.gather(1, input_ids)
    return logs.scatter(1, input_ids, seen * penalty)
