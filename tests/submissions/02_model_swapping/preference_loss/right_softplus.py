# right: softplus of the margin, torch
import torch
import torch.nn.functional as F


def preference_loss(chosen_logprob, rejected_logprob, beta):
    margin = torch.tensor(beta * (chosen_logprob - rejected_logprob)).double()
    return F.softplus(-margin).item()
