# wrong: overflows
# 1 + exp(-margin) is taken to fit into a float.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = beta * (chosen_logprob - rejected_logprob)
    return math.log(1 + math.exp(-margin))
