# wrong: hinge_loss
# Once the chosen answer leads, nothing is taken to be left to learn.


def preference_loss(chosen_logprob, rejected_logprob, beta):
    return max(0.0, -beta * (chosen_logprob - rejected_logprob))
