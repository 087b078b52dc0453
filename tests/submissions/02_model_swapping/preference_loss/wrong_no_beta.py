# wrong: beta_ignored
# The margin is taken as it is.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = chosen_logprob - rejected_logprob
    return max(-margin, 0.0) + math.log1p(math.exp(-abs(margin)))
