# wrong: wrong_shape
import torch


def sample_per_request(logits, temperatures, generators):
    rows = []
    for row, t, g in zip(logits, temperatures, generators):
        probs = torch.softmax(row / t, dim=-1) if t else (row == row.max()).float()
        rows.append(torch.multinomial(probs, 1, generator=g))
    return torch.stack(rows)
