# wrong: prior_subtracted_as_probability
# A probability is subtracted from a logarithm.


def calibrate(logprobs, prior_logprobs):
    return (logprobs - prior_logprobs.exp()).softmax(-1)
