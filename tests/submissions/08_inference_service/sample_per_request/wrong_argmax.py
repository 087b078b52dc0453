# wrong: greedy_always
import torch


def sample_per_request(logits, temperatures, generators):
    t = torch.tensor(temperatures, dtype=torch.float)[:, None].clamp(min=1e-6)
    return torch.softmax(logits / t, dim=-1).argmax(dim=-1)
