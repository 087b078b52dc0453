# right: logsigmoid, a tensor of no dimension
import torch


def preference_loss(chosen_logprob, rejected_logprob, beta):
    chosen = torch.as_tensor(chosen_logprob, dtype=torch.float64)
    rejected = torch.as_tensor(rejected_logprob, dtype=torch.float64)
    return -torch.nn.functional.logsigmoid(beta * (chosen - rejected))
