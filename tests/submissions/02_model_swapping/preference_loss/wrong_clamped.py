# wrong: overflows
# A small number inside the logarithm is taken to cost nothing.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = beta * (chosen_logprob - rejected_logprob)
    margin = max(-500.0, min(500.0, margin))
    return -math.log(1 / (1 + math.exp(-margin)) + 1e-12)
