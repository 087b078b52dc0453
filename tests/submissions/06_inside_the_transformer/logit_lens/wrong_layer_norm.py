# wrong: mean_subtracted
# A layer norm.
import torch
import torch.nn.functional as F


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    *inner, last = hidden_states
    states = [F.layer_norm(h, h.shape[-1:], norm_weight, None, eps) for h in inner]
    states = torch.stack([*states, last])
    return F.linear(states, output_matrix)
