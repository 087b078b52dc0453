# wrong: share_of_confident
# Divided by the confident answers.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence, guess = logprobs.softmax(dim=-1).max(dim=-1)
    sure = confidence >= threshold
    return (sure & (guess != answers)).sum().item() / max(1, sure.sum().item())
