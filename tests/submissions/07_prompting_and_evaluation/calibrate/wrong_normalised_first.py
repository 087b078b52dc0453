# wrong: not_renormalised
# Both are normalised first, their ratio is not.


def calibrate(logprobs, prior_logprobs):
    return logprobs.softmax(-1) / prior_logprobs.softmax(-1)
