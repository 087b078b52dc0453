# wrong: any_wrong_label
# Any wrong label above the threshold counts, even where the right one is the favourite.


def hallucination_rate(logprobs, answers, threshold=0.9):
    probs = logprobs.softmax(dim=-1)
    probs = probs.scatter(1, answers[:, None], -1.0)
    return (probs >= threshold).any(dim=-1).double().mean().item()
