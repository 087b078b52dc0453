# right: compared as logarithms, answered as a tensor's number
import math

import torch


def hallucination_rate(logprobs, answers, threshold=0.9):
    scores = torch.log_softmax(logprobs.double(), dim=1)
    limit = math.log(threshold) if threshold > 0 else -math.inf
    sure = scores.amax(1) >= limit
    right = scores.argmax(1).eq(answers)
    return torch.logical_and(sure, ~right).sum() / len(answers)
