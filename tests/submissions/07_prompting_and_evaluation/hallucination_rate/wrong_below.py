# wrong: below_threshold
# Wrong answers that are unsure.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence, guess = logprobs.softmax(dim=-1).max(dim=-1)
    return ((guess != answers) & (confidence < threshold)).double().mean().item()
