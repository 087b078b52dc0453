# wrong: prior_ignored
# The prior is subtracted from each row's sum only, and cancels.
import torch


def calibrate(logprobs, prior_logprobs):
    return torch.softmax(logprobs - prior_logprobs.mean(), dim=-1)
