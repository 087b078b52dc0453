# wrong: input_changed
# The caller's table is normalised.


def hallucination_rate(logprobs, answers, threshold=0.9):
    logprobs -= logprobs.logsumexp(dim=-1, keepdim=True)
    confidence, guess = logprobs.exp().max(dim=-1)
    return ((guess != answers) & (confidence >= threshold)).double().mean().item()
