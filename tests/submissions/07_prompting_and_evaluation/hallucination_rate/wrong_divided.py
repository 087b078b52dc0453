# wrong: underflows
# Probabilities are divided by their sum, which may be 0.


def hallucination_rate(logprobs, answers, threshold=0.9):
    probs = logprobs.exp()
    probs = probs / probs.sum(dim=-1, keepdim=True)
    guess = logprobs.argmax(dim=-1)
    confidence = probs.amax(dim=-1)
    return ((guess != answers) & (confidence >= threshold)).double().mean().item()
