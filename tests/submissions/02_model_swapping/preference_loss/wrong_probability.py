# wrong: no_log
# The probability of the preference is taken to be the loss.
import torch


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = torch.tensor(float(beta * (chosen_logprob - rejected_logprob)))
    return torch.sigmoid(margin).item()
