# right: softmax of the difference
import torch


def calibrate(logprobs, prior_logprobs):
    return torch.softmax(logprobs - prior_logprobs, dim=-1)
