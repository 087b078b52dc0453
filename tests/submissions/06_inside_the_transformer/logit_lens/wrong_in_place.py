# wrong: input_changed
# The states are normed in place.
import torch
import torch.nn.functional as F


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    *inner, last = hidden_states
    for h in inner:
        h[:] = F.rms_norm(h, h.shape[-1:], norm_weight, eps)
    states = torch.stack([*inner, last])
    return F.linear(states, output_matrix)
