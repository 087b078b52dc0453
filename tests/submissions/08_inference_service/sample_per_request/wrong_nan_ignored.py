# wrong: zero_temperature
import torch


def sample_per_request(logits, temperatures, generators):
    t = torch.tensor(temperatures, dtype=torch.double)[:, None]
    probs = torch.softmax(logits.double() / t, dim=-1)
    cumulative = probs.cumsum(dim=-1)
    u = torch.stack([torch.rand(1, generator=g, dtype=torch.double) for g in generators])
    drawn = torch.searchsorted(cumulative, u * cumulative[:, -1:], right=True)[:, 0]
    return drawn.clamp(max=logits.shape[1] - 1)
