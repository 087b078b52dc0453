# wrong: zero_for_all
import torch


def sample_per_request(logits, temperatures, generators):
    t = torch.tensor(temperatures, dtype=torch.float)[:, None]
    if not t.all():
        return logits.argmax(dim=-1)
    probs = torch.softmax(logits / t, dim=-1)
    drawn = [torch.multinomial(p, 1, generator=g) for p, g in zip(probs, generators)]
    return torch.cat(drawn)
