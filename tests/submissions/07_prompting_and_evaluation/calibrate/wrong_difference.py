# wrong: logprobs_returned
# The difference of the logarithms, without exp and sum.


def calibrate(logprobs, prior_logprobs):
    return logprobs - prior_logprobs
