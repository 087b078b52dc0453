# wrong: beta_outside
# beta is taken to weigh the loss.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = chosen_logprob - rejected_logprob
    return beta * (max(-margin, 0.0) + math.log1p(math.exp(-abs(margin))))
