# right: question by question, shifted by hand
import math


def hallucination_rate(logprobs, answers, threshold=0.9):
    count = 0
    for row, answer in zip(logprobs.tolist(), answers.tolist()):
        guess = max(range(len(row)), key=row.__getitem__)
        total = sum(math.exp(value - row[guess]) for value in row)
        if guess != answer and 1 / total >= threshold:
            count += 1
    return count / len(logprobs)
