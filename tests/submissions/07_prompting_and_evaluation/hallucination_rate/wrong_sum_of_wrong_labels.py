# wrong: doubt_in_right_label
# All wrong labels together reach the threshold.


def hallucination_rate(logprobs, answers, threshold=0.9):
    probs = logprobs.softmax(dim=-1)
    right = probs.gather(1, answers[:, None])[:, 0]
    return (1 - right >= threshold).double().mean().item()
