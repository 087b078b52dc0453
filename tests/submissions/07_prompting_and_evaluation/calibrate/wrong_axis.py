# wrong: renormalised_over_questions
# Softmax along the questions.
import torch


def calibrate(logprobs, prior_logprobs):
    return torch.softmax(logprobs - prior_logprobs, dim=0)
