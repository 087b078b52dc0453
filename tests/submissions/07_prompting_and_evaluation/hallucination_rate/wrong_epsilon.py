# wrong: underflows
# A small constant in the sum makes what underflows unsure.


def hallucination_rate(logprobs, answers, threshold=0.9):
    probs = logprobs.double().exp()
    probs = probs / (probs.sum(dim=-1, keepdim=True) + 1e-300)
    confidence = probs.amax(dim=-1)
    wrong = logprobs.argmax(dim=-1) != answers
    return (wrong & (confidence >= threshold)).double().mean().item()
