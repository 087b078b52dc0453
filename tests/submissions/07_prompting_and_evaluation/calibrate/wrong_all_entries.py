# wrong: renormalised_over_questions
# One sum for the whole table.


def calibrate(logprobs, prior_logprobs):
    gain = logprobs - prior_logprobs
    return (gain - gain.logsumexp((0, 1))).exp()
