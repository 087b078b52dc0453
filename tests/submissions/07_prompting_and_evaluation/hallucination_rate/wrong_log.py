# wrong: logprob_against_threshold
# A logarithm is compared with the threshold: none is that large.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence, guess = logprobs.log_softmax(dim=-1).max(dim=-1)
    return ((guess != answers) & (confidence >= threshold)).double().mean().item()
