# wrong: softmax_twice
# A softmax of what is a distribution already.


def calibrate(logprobs, prior_logprobs):
    return (logprobs - prior_logprobs).softmax(-1).softmax(-1)
