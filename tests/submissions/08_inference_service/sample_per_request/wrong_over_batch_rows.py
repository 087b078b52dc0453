# wrong: softmax_over_batch
import torch


def sample_per_request(logits, temperatures, generators):
    t = torch.tensor([x if x > 0 else 1.0 for x in temperatures])
    probs = torch.softmax((logits.T / t).T, dim=0).nan_to_num(0.0)
    tokens = [
        row.argmax() if x == 0 else torch.multinomial(p, 1, generator=g)[0]
        for row, p, x, g in zip(logits, probs, temperatures, generators)
    ]
    return torch.stack(tokens)
