# wrong: depends_on_place
import torch


def sample_per_request(logits, temperatures, generators):
    t = torch.tensor(temperatures, dtype=torch.double)[:, None]
    greedy = t[:, 0] == 0
    probs = torch.softmax(logits.double() / t.masked_fill(t == 0, 1.0), dim=-1)
    cumulative = probs.cumsum(dim=-1)
    u = torch.stack(
        [torch.rand(len(logits), 1, generator=g, dtype=torch.double)[b] for b, g in enumerate(generators)]
    )
    drawn = torch.searchsorted(cumulative, u * cumulative[:, -1:], right=True)[:, 0]
    return torch.where(greedy, logits.argmax(dim=-1), drawn)
