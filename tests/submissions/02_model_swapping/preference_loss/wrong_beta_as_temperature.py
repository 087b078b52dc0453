# wrong: beta_divides
# beta is taken for a temperature, which divides.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = (chosen_logprob - rejected_logprob) / beta
    return max(-margin, 0.0) + math.log1p(math.exp(-abs(margin)))
