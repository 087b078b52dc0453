# right: in place on a copy, normalised before and behind


def calibrate(logprobs, prior_logprobs):
    result = logprobs.clone().double()
    result -= result.logsumexp(1, keepdim=True)
    result -= prior_logprobs.log_softmax(0)
    result -= result.logsumexp(dim=1, keepdim=True)
    return result.exp_()
