# wrong: sign_flipped
# The margin is taken from the rejected answer's side.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = beta * (rejected_logprob - chosen_logprob)
    return max(-margin, 0.0) + math.log1p(math.exp(-abs(margin)))
