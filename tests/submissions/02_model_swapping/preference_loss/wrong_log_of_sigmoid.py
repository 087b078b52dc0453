# wrong: overflows
# The sigmoid is taken never to be 0.
import torch


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = torch.tensor(float(beta * (chosen_logprob - rejected_logprob)))
    return -torch.log(torch.sigmoid(margin)).item()
