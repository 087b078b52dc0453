# wrong: count_returned
# How many, not which share.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence, guess = logprobs.softmax(dim=-1).max(dim=-1)
    return float(((guess != answers) & (confidence >= threshold)).sum())
