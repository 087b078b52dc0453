# wrong: inverted_ratio
# As for the ratio p / q, with the two exchanged and zeros treated as the task says.
import torch


def acceptance_prob(p, q, token_ids):
    p, q = p[token_ids], q[token_ids]

    ratio = (q / p).nan_to_num(nan=0.0, posinf=1.0).clamp(max=1)
    return torch.where(q > 0, torch.where(p > 0, ratio, 0.0), (p > 0).to(p.dtype))
