# wrong: norm_missing
# The states go straight into the output matrix.
import torch
import torch.nn.functional as F


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    states = torch.stack(hidden_states)
    return F.linear(states, output_matrix)
