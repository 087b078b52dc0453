# wrong: gain_not_loss
# The logarithm of the preference is returned, to be made large.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = beta * (chosen_logprob - rejected_logprob)
    return min(margin, 0.0) - math.log1p(math.exp(-abs(margin)))
