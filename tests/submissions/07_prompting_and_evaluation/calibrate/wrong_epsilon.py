# wrong: underflows
# A small constant keeps 0/0 away, and the answer too.


def calibrate(logprobs, prior_logprobs):
    weights = logprobs.double().exp() / (prior_logprobs.double().exp() + 1e-300)
    return weights / (weights.sum(dim=-1, keepdim=True) + 1e-300)
