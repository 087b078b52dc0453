# right: numpy's logaddexp of the two tempered scores
import numpy as np


def preference_loss(chosen_logprob, rejected_logprob, beta):
    chosen, rejected = beta * chosen_logprob, beta * rejected_logprob
    return np.logaddexp(chosen, rejected) - chosen
