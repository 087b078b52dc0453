# wrong: no_log
# One minus the preference is taken to be its loss.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = beta * (chosen_logprob - rejected_logprob)
    if margin >= 0:
        return 1 - 1 / (1 + math.exp(-margin))
    return 1 / (1 + math.exp(margin))
