# wrong: wrong_dtype
# Half precision.


def calibrate(logprobs, prior_logprobs):
    return (logprobs - prior_logprobs).softmax(-1).half()
