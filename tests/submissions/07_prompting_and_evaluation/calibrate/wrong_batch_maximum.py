# wrong: underflows
# The largest of the whole table is subtracted from every row.


def calibrate(logprobs, prior_logprobs):
    gain = logprobs - prior_logprobs
    weights = (gain - gain.max()).exp()
    return weights / weights.sum(dim=-1, keepdim=True)
