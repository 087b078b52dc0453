# wrong: input_changed
# The caller's table loses the prior.


def calibrate(logprobs, prior_logprobs):
    logprobs -= prior_logprobs
    return logprobs.softmax(-1)
