# wrong: softmax_over_questions
# Normalised along the questions.


def hallucination_rate(logprobs, answers, threshold=0.9):
    confidence = logprobs.softmax(dim=0).max(dim=-1).values
    guess = logprobs.argmax(-1)
    return ((guess != answers) & (confidence >= threshold)).double().mean().item()
