# wrong: softmax_twice
# A softmax of ratios.


def calibrate(logprobs, prior_logprobs):
    return (logprobs.softmax(-1) / prior_logprobs.softmax(-1)).softmax(-1)
