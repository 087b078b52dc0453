# wrong: logprobs_returned
# Logarithms are returned.


def calibrate(logprobs, prior_logprobs):
    return (logprobs - prior_logprobs).log_softmax(-1)
