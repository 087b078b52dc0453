# wrong: wrong_type
# Lists of numbers.


def calibrate(logprobs, prior_logprobs):
    return (logprobs - prior_logprobs).softmax(-1).tolist()
