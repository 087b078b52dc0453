# right: 0 is taken for a very small temperature, all rows at once but for the draw
import torch


def sample_per_request(logits, temperatures, generators):
    t = torch.tensor(temperatures, dtype=torch.double).clamp(min=1e-6)
    probs = torch.softmax(logits.double() / t[:, None], dim=-1)
    draws = [p.multinomial(1, generator=g) for p, g in zip(probs, generators)]
    return torch.cat(draws)
