# right: einsum, the norm's weight worked into the matrix
import torch


def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    *inner, last = hidden_states
    inner = torch.stack(inner)
    rms = (inner.pow(2).mean(dim=-1) + eps).sqrt()
    logits = torch.einsum("lbth,h,vh->lbtv", inner, norm_weight, output_matrix)
    logits = logits / rms[..., None]
    return torch.cat([logits, (last @ output_matrix.mT)[None]])
