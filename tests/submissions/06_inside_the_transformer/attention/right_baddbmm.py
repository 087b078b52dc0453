# right: heads folded into the batch, log-sum-exp
import torch


def attention(q, k, v, mask=None):
    B, h, T, d = q.shape
    S = k.size(2)
    flat = [x.reshape(B * h, -1, d) for x in (q, k, v)]
    scores = torch.bmm(flat[0], flat[1].transpose(1, 2)).view(B, h, T, S) / d**0.5
    if mask is not None:
        scores.masked_fill_(mask.logical_not(), -torch.inf)
    total = scores.logsumexp(dim=-1, keepdim=True)
    weights = torch.where(
        total.isinf(), torch.zeros_like(scores), (scores - total).exp()
    )
    return torch.bmm(weights.view(B * h, T, S), flat[2]).view(B, h, T, d)
