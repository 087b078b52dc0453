# wrong: best_chain
# The answer of the most likely chain.


def weighted_vote(answers, logprobs):
    chains = [(x, a) for a, x in zip(answers, logprobs) if a is not None]
    return max(chains)[1] if chains else None
