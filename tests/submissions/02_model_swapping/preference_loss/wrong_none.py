# wrong: wrong_type
# The loss is printed instead of returned.
import math


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = beta * (chosen_logprob - rejected_logprob)
    print(max(-margin, 0.0) + math.log1p(math.exp(-abs(margin))))
