# wrong: last_chain_only
# A dict made of the pairs.


def weighted_vote(answers, logprobs):
    weights = dict(zip(answers, logprobs))
    weights.pop(None, None)
    return max(weights, key=weights.get) if weights else None
