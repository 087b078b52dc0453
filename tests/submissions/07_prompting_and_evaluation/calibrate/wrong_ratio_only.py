# wrong: not_renormalised
# The ratio, which does not sum to 1.


def calibrate(logprobs, prior_logprobs):
    return (logprobs - prior_logprobs).exp()
