# wrong: ratio_of_logs
# Logarithms are divided.


def calibrate(logprobs, prior_logprobs):
    return (logprobs / prior_logprobs).softmax(-1)
