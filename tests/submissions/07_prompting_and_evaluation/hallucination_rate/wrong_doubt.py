# wrong: doubt_in_right_label
# The right label is at most 1 - threshold.


def hallucination_rate(logprobs, answers, threshold=0.9):
    probs = logprobs.softmax(dim=-1)
    right = probs.gather(1, answers[:, None])[:, 0]
    wrong = probs.argmax(-1) != answers
    return (wrong & (right <= 1 - threshold)).double().mean().item()
