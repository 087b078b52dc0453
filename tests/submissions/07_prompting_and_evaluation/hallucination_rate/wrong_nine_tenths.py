# wrong: threshold_ignored
# 0.9, whatever is asked.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence, guess = logprobs.softmax(dim=-1).max(dim=-1)
    return ((guess != answers) & (confidence >= 0.9)).double().mean().item()
