# right: row by row, shifted by hand
import torch


def calibrate(logprobs, prior_logprobs):
    result = torch.empty(logprobs.shape)
    for n, row in enumerate(logprobs):
        gain = row - prior_logprobs
        weights = (gain - gain.max()).exp()
        result[n] = weights / weights.sum()
    return result
