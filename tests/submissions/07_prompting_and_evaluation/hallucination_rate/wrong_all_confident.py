# wrong: right_ones_counted
# The share of confident answers, right or wrong.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence = logprobs.softmax(dim=-1).amax(dim=-1)
    return (confidence >= threshold).double().mean().item()
