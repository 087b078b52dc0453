# wrong: prior_ignored
# The softmax of what the model says.
import torch


def calibrate(logprobs, prior_logprobs):
    return torch.softmax(logprobs, dim=-1)
