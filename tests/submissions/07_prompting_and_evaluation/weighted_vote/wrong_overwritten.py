# wrong: last_chain_only
# A later chain overwrites the weight.


def weighted_vote(answers, logprobs):
    weights = {}
    for answer, logprob in zip(answers, logprobs):
        if answer is not None:
            weights[answer] = logprob
    return max(weights, key=weights.get, default=None)
