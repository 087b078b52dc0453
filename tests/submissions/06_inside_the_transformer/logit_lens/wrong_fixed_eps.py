# wrong: eps_ignored
# eps is written into the call.
import torch
import torch.nn.functional as F


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    *inner, last = hidden_states
    states = [F.rms_norm(h, h.shape[-1:], norm_weight, 1e-5) for h in inner]
    states = torch.stack([*states, last])
    return F.linear(states, output_matrix)
