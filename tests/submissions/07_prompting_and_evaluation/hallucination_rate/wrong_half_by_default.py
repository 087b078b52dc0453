# wrong: wrong_value
# Where no threshold is given, it is a half.


def hallucination_rate(logprobs, answers, threshold=0.5):
    confidence, best = logprobs.double().softmax(dim=1).max(dim=1)
    return ((best != answers) & (confidence >= threshold)).double().mean().item()
