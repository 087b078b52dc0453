# right: layer by layer, torch's RMS norm
import torch
import torch.nn.functional as F


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    last = len(hidden_states) - 1
    logits = []
    for layer, h in enumerate(hidden_states):
        if layer < last:
            h = F.rms_norm(h, h.shape[-1:], norm_weight, eps)
        logits.append(F.linear(h, output_matrix))
    return torch.stack(logits)
