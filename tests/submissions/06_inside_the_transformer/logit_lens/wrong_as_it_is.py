# wrong: matrix_not_transposed
# The output matrix is taken to be [H, V], where the shapes allow it.
import torch
import torch.nn.functional as F


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    *inner, last = hidden_states
    states = [F.rms_norm(h, h.shape[-1:], norm_weight, eps) for h in inner]
    states = torch.stack([*states, last])
    if output_matrix.shape[0] == output_matrix.shape[1]:
        return states @ output_matrix
    return F.linear(states, output_matrix)
