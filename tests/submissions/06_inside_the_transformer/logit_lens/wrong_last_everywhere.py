# wrong: last_only
# The loop's variable is not used: every entry is the last.
import torch
import torch.nn.functional as F


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    *inner, last = hidden_states
    states = torch.stack([last for h in hidden_states])
    return F.linear(states, output_matrix)
