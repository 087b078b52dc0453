# wrong: probabilities_not_logs
# The answers' probabilities are compared instead of their logarithms.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = beta * (math.exp(chosen_logprob) - math.exp(rejected_logprob))
    return max(-margin, 0.0) + math.log1p(math.exp(-abs(margin)))
