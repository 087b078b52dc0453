# wrong: labels_returned
# The index of the best label.


def calibrate(logprobs, prior_logprobs):
    return (logprobs - prior_logprobs).argmax(-1)
