# wrong: share_of_wrong
# Divided by the wrong answers.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence, guess = logprobs.softmax(dim=-1).max(dim=-1)
    wrong = guess != answers
    return (wrong & (confidence >= threshold)).sum().item() / max(1, wrong.sum().item())
