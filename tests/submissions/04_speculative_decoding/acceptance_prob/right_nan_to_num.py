# right: over the whole vocabulary, 0/0 mended afterwards, then gathered
import torch


def acceptance_prob(p, q, token_ids):
    ratio = (p / q).nan_to_num(nan=0.0, posinf=1.0)
    return torch.minimum(ratio, torch.ones_like(ratio)).gather(0, token_ids)
