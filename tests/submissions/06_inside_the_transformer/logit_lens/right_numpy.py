# right: numpy in double precision
import numpy as np
import torch


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    h = np.stack([state.detach().double().numpy() for state in hidden_states])
    inner = h[:-1]
    rms = np.sqrt((inner**2).mean(axis=-1, keepdims=True) + eps)
    h[:-1] = inner / rms * norm_weight.detach().numpy()
    return torch.from_numpy(h @ output_matrix.detach().double().numpy().T).float()
