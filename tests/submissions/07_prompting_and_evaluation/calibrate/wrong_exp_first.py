# wrong: underflows
# exp before anything is shifted.


def calibrate(logprobs, prior_logprobs):
    weights = logprobs.exp() / prior_logprobs.exp()
    return weights / weights.sum(dim=-1, keepdim=True)
