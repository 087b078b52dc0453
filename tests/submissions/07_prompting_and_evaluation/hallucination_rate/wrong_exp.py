# wrong: not_renormalised
# The label's own probability, among all texts.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence, guess = logprobs.exp().max(dim=-1)
    guess = logprobs.argmax(-1)
    return ((guess != answers) & (confidence >= threshold)).double().mean().item()
