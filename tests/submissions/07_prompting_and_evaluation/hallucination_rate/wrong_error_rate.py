# wrong: confidence_ignored
# The share of wrong answers.


def hallucination_rate(logprobs, answers, threshold=0.9):
    return (logprobs.argmax(-1) != answers).double().mean().item()
