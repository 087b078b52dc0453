# right: math, with the exponential that cannot overflow
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = beta * chosen_logprob - beta * rejected_logprob
    if margin >= 0:
        return math.log1p(math.exp(-margin))
    return -margin + math.log1p(math.exp(margin))
