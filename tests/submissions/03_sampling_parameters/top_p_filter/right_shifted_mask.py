# right: the mask of the inclusive mass, moved one to the right
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    order = scores.argsort(dim=-1, descending=True)
    mass = scores.softmax(dim=-1, dtype=torch.float64).gather(-1, order).cumsum(-1)
    reached = mass >= top_p
    over = torch.zeros_like(reached)
    over[:, 1:] = reached[:, :-1]
    over[:, : max(1, min_tokens_to_keep)] = False
    back = order.argsort(dim=-1)
    out = scores.clone()
    out[over.gather(-1, back)] = float("-inf")
    return out
