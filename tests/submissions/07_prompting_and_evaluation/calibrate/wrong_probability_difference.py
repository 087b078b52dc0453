# wrong: prior_subtracted_as_probability
# The prior's probability is subtracted.


def calibrate(logprobs, prior_logprobs):
    gain = (logprobs.softmax(-1) - prior_logprobs.softmax(-1)).clamp(min=1e-9)
    return gain / gain.sum(-1, keepdim=True)
